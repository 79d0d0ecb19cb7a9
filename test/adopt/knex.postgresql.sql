-- The ledger of knex 3.3.0, made by it.
CREATE TABLE public.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);
CREATE SEQUENCE public.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.knex_migrations_id_seq OWNED BY public.knex_migrations.id;
ALTER TABLE ONLY public.knex_migrations ALTER COLUMN id SET DEFAULT nextval('public.knex_migrations_id_seq'::regclass);
INSERT INTO public.knex_migrations VALUES (1, '20240101000001_one.js', 1, '2026-11-22 07:03:32.116+00');
INSERT INTO public.knex_migrations VALUES (2, '20240101000002_two.js', 1, '2026-11-22 07:03:32.122+00');
SELECT pg_catalog.setval('public.knex_migrations_id_seq', 2, true);
ALTER TABLE ONLY public.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);
