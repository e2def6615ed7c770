#!/bin/sh
# Runs once, when the database is made: an ordinary role that owns one database.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$GLAS_DATABASE_PASSWORD" -U postgres <<'SQL'
create role glas login nosuperuser nobypassrls password :'password';
create database glas owner glas;
SQL
