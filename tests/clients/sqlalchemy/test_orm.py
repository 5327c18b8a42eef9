"""The ORM: mapped classes, relationships, sessions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Carrier(Base):
    __tablename__ = "carriers"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(sa.String(2))
    flights: Mapped[list[Flight]] = relationship(back_populates="carrier", order_by="Flight.number")


class Flight(Base):
    __tablename__ = "flights"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    gate: Mapped[str | None]
    carrier_id: Mapped[int] = mapped_column(sa.ForeignKey("carriers.id"))
    carrier: Mapped[Carrier] = relationship(back_populates="flights")


def test_objects_are_stored_found_changed_and_deleted(engine: sa.Engine) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        united = Carrier(id=1, code="UA", flights=[Flight(id=1, number=1545, gate="A1"), Flight(id=2, number=1714)])
        session.add_all([united, Carrier(id=2, code="DL")])
        session.commit()
    with Session(engine) as session:
        united = session.scalars(sa.select(Carrier).where(Carrier.code == "UA")).one()
        assert [(flight.number, flight.gate) for flight in united.flights] == [(1545, "A1"), (1714, None)]
        united.flights[1].gate = "B2"
        session.delete(united.flights[0])
        session.commit()
    with Session(engine) as session:
        joined = sa.select(Carrier.code, Flight.gate).join(Flight.carrier)
        assert session.execute(joined).all() == [("UA", "B2")]
        assert session.scalar(sa.select(sa.func.count()).select_from(Carrier)) == 2


def test_a_session_that_is_rolled_back_stores_nothing(engine: sa.Engine) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Carrier(id=1, code="ZZ"))
        session.flush()
        session.rollback()
        assert session.scalars(sa.select(Carrier)).all() == []
