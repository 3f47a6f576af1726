-- What the roles may do inside one database; plain SQL, run by wmp_owner in a database it owns.
DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO wmp_app', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO wmp_audit', current_database());
END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO wmp_app, wmp_audit;
ALTER DEFAULT PRIVILEGES FOR ROLE wmp_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO wmp_app;
ALTER DEFAULT PRIVILEGES FOR ROLE wmp_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO wmp_app;
