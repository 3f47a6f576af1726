#!/bin/sh
# Run once by the official PostgreSQL image when its data folder is new.
psql --username "$POSTGRES_USER" --dbname postgres --file /wmp/roles.sql
