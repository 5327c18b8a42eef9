"""Stages: folders of files that COPY INTO loads and unloads. The world file says where external ones may lie."""
