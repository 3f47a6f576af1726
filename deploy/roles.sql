-- The three database roles and the database, least privilege. Run by psql as a superuser; safe to run again.
--   wmp_owner  owns the schema and runs migrations
--   wmp_app    reads and writes tables; may not create, alter or truncate any (audit tables: nothing)
--   wmp_audit  whatever the audit migration grants: SELECT and INSERT on the audit tables
-- Passwords come from the environment so that they never stand on a command line.
\set ON_ERROR_STOP on
\getenv owner_password WMP_OWNER_PASSWORD
\getenv app_password WMP_APP_PASSWORD
\getenv audit_password WMP_AUDIT_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['wmp_owner', 'wmp_app', 'wmp_audit']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE wmp_owner PASSWORD :'owner_password';
ALTER ROLE wmp_app PASSWORD :'app_password';
ALTER ROLE wmp_audit PASSWORD :'audit_password';

SELECT 'CREATE DATABASE wmp OWNER wmp_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'wmp') \gexec

\connect wmp
SET ROLE wmp_owner;
\ir grants.sql
