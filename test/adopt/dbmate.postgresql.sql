-- The ledger of dbmate 2.36.0, made by it.
CREATE TABLE public.schema_migrations (
    version character varying NOT NULL
);
INSERT INTO public.schema_migrations VALUES ('20240101000001');
INSERT INTO public.schema_migrations VALUES ('20240101000002');
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
