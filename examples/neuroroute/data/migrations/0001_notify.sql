-- Each process keeps a snapshot of these tables; it hears which of them changed, and by whatever program.
CREATE FUNCTION "notify_neuroroute"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('neuroroute', TG_TABLE_NAME);
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "settings_changed" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "settings" FOR EACH STATEMENT EXECUTE FUNCTION "notify_neuroroute"();
--> statement-breakpoint
CREATE TRIGGER "cache_generations_changed" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "cache_generations" FOR EACH STATEMENT EXECUTE FUNCTION "notify_neuroroute"();
--> statement-breakpoint
CREATE TRIGGER "api_keys_changed" AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "api_keys" FOR EACH STATEMENT EXECUTE FUNCTION "notify_neuroroute"();
--> statement-breakpoint
INSERT INTO "settings" ("strategy", "cache_ttl_seconds", "max_attempts", "disabled_models", "generation") VALUES ('balanced', 3600, 3, '{}', 1);
