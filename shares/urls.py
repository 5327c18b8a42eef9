"""The domain's addresses."""

from __future__ import annotations

from django.urls import path

from shares.views import (
    access,
    altering,
    approvals,
    basket,
    catalog,
    changing,
    ending,
    home,
    moving,
    operating,
    proving,
    requests,
    shares,
    tracker,
    trouble,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("customer/", home.choose_customer, name="choose-customer"),
    path("help/", home.help_page, name="help"),
    path("help/no-rows/", trouble.help_trouble, {"symptom": "no-rows"}, name="help-no-rows"),
    path("help/not-there/", trouble.help_trouble, {"symptom": "not-there"}, name="help-not-there"),
    path("help/wrong-region/", trouble.help_trouble, {"symptom": "wrong-region"}, name="help-wrong-region"),
    path("catalog/", catalog.catalog, name="catalog"),
    path("catalog/<slug:slug>/", catalog.dataset, name="dataset"),
    path("catalog/<slug:slug>/count/", catalog.dataset_count, name="dataset-count"),
    path("catalog/<slug:slug>/basket/", basket.basket_change, name="basket-change"),
    path("requests/", requests.request_list, name="requests"),
    path("requests/new/", requests.request_new, name="request-new"),
    path("requests/check/", requests.request_check, name="request-check"),
    path("requests/<uuid:public_id>/", tracker.request_page, name="request"),
    path("requests/<uuid:public_id>/withdraw/", tracker.request_withdraw, name="request-withdraw"),
    path("shares/", shares.share_list, name="shares"),
    path("shares/operate/<slug:verb>/", operating.operate, name="share-operate"),
    path("shares/<uuid:public_id>/", shares.share_page, name="share"),
    path("shares/<uuid:public_id>/changes/<slug:slug>/<int:number>/", changing.share_change, name="share-change"),
    path("shares/<uuid:public_id>/edit/", altering.share_edit, name="share-edit"),
    path("shares/<uuid:public_id>/renew/", altering.share_renew, name="share-renew"),
    path("shares/<uuid:public_id>/end/", ending.share_end, name="share-end"),
    path("shares/<uuid:public_id>/undo/", ending.share_undo, name="share-undo"),
    path("shares/<uuid:public_id>/move/", moving.share_move, name="share-move"),
    path("moves/<uuid:public_id>/", moving.move_page, name="move"),
    path("moves/<uuid:public_id>/call-off/", moving.move_call_off, name="move-call-off"),
    path("access/", access.access_review, name="access-review"),
    path("access/<uuid:public_id>/keep/", access.access_keep, name="access-keep"),
    path("snowflake/<uuid:public_id>/proof/", proving.account_proof, name="account-proof"),
    path("snowflake/<uuid:public_id>/proof/new/", proving.account_proof_new, name="account-proof-new"),
    path("snowflake/<uuid:public_id>/proof/look/", proving.account_proof_look, name="account-proof-look"),
    path("approvals/", approvals.approval_list, name="approvals"),
    path("approvals/<uuid:public_id>/", approvals.approval, name="approval"),
]
