/*
 * owned.c
 *	  What is to be known of a table before queries run on it.
 */
#include "wire/core/owned.h"

#include "common/core/rights.h"
#include "common/core/sql_place.h"
#include "common/core/text.h"
#include "wire/core/query.h"
#include "wire/core/relation.h"
#include "wire/core/session.h"

/* Columns of core/owned.sql. */
enum
{
	O_RELID,
	O_PATH,
	O_UNTRUSTED,
	O_SMALL,
	O_OWNS,
	O_TRUSTS
};

static const char *
describe_danger(dbcw_host *h, const char *role)
{
	return dbc_format(
		&h->base,
		"code of role \"%s\" would run with the rights of role \"%s\"", role,
		h->connection->role);
}

void
dbcw_hold_table(dbcw_host *h, const dbc_relation *table, int64_t id,
				bool changes)
{
	const dbc_value name = dbc_text(table->shown);
	const char *same;

	dbcw_add_pending(h, NULL,
					 dbc_format(&h->base,
								"prepare dbcare_hold as %s from only %s%s",
								changes ? "delete" : "select", table->shown,
								changes ? " where false" : ""),
					 NULL, 0);
	dbcw_add_pending(h, NULL, "deallocate dbcare_hold", NULL, 0);
	/* not a query over the catalog, which has the snapshot of the transaction */
	same =
		dbcw_cell(h,
				  dbcw_run_statement(
					  h, NULL,
					  dbc_format(&h->base,
								 "select pg_catalog.to_regclass($1) "
								 "operator(pg_catalog.=) %lld::pg_catalog.oid",
								 (long long) id),
					  &name, 1),
				  0, 0);
	if (*same != 't')
		dbc_fail(&h->base, DBC_NOT_READY, NULL, NULL, DBC_ANOTHER_TABLE,
				 table->shown);
}

dbcw_owned
dbcw_judge_table(dbc_host *host, const dbc_relation *table, dbcw_code code)
{
	dbcw_host *h = dbcw_of(host);
	const dbc_rows *rows;
	dbcw_owned owned;
	const char *role;

	/* planning it takes longer than to run it */
	dbcw_add_pending(h, NULL, "set local plan_cache_mode = force_generic_plan",
					 NULL, 0);
	rows = dbc_query(host, "core/owned", dbc_text(table->schema),
					 dbc_text(table->name), dbc_bool(code == DBCW_RULES),
					 dbc_bool(code != DBCW_CONSTRAINTS),
					 dbc_bool(code == DBCW_CHANGES));
	dbcw_add_pending(h, NULL, "reset plan_cache_mode", NULL, 0);
	if (rows->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_TABLE, NULL, NULL,
				 "table %s does not exist", table->shown);
	owned = (dbcw_owned){.relid = dbc_get_int(host, rows, 0, O_RELID),
						 .path = dbc_get_text(host, rows, 0, O_PATH),
						 .is_small = dbc_get_bool(host, rows, 0, O_SMALL),
						 .owns = dbc_get_bool(host, rows, 0, O_OWNS),
						 .trusts = dbc_get_bool(host, rows, 0, O_TRUSTS)};
	role = dbc_get_text_or_null(host, rows, 0, O_UNTRUSTED);
	if (role)
		owned.danger = describe_danger(h, role);
	return owned;
}

dbcw_owned
dbcw_describe_table(dbc_host *host, const dbc_relation *table, dbcw_code code)
{
	dbcw_owned owned = dbcw_judge_table(host, table, code);

	if (!owned.danger)
		dbcw_hold_table(dbcw_of(host), table, owned.relid,
						code == DBCW_CHANGES);
	return owned;
}

dbcw_owned
dbcw_require_owner(dbc_host *host, const dbc_relation *table)
{
	dbcw_owned owned = dbcw_describe_table(host, table, DBCW_RULES);

	if (!owned.owns)
		dbc_fail(host, DBC_INSUFFICIENT, NULL, NULL,
				 "must be owner of table %s", table->shown);
	if (owned.danger)
		dbc_fail(host, DBC_INSUFFICIENT, NULL, NULL, "%s", owned.danger);
	return owned;
}

static dbc_lexeme
next(const dbc_lexeme *at)
{
	return dbc_scan_sql(at->text + at->length, DBC_ON_POSTGRESQL);
}

/* Fails if a statement about the tables that are named at a lexeme would run
 * code with more rights than its owner has. */
static void
refuse_danger(dbcw_host *h, const dbc_lexeme *name, dbcw_code code)
{
	int ntables;
	const dbc_relation *tables = dbcw_find_tables_at(h, name->text, &ntables);

	for (int i = 0; i < ntables; i++)
	{
		dbcw_owned owned;

		if (dbc_same(tables[i].schema, "pg_catalog"))
			continue;
		owned = dbcw_describe_table(&h->base, &tables[i], code);
		if (owned.danger)
			dbc_fail(&h->base, DBC_INSUFFICIENT, NULL, NULL, "%s",
					 owned.danger);
	}
}

void
dbcw_refuse_untrusted_code(dbcw_host *h, const char *text)
{
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);

	for (; at.kind != DBC_LEX_END; at = next(&at))
	{
		if (!dbc_lexeme_is_one_of(&at, " from join "))
			continue;
		at = next(&at);
		if (dbc_lexeme_is_one_of(&at, " only "))
			at = next(&at);
		refuse_danger(h, &at, DBCW_CONSTRAINTS);
	}
}

/* ---- repairs ---- */

/* The name that follows a word of a statement, and words of a list. */
static dbc_lexeme
name_after(const char *text, const char *word)
{
	dbc_lexeme at = dbc_scan_sql(text, DBC_ON_POSTGRESQL);

	while (at.kind != DBC_LEX_END && !dbc_lexeme_is_one_of(&at, word))
		at = next(&at);
	do
		at = next(&at);
	while (dbc_lexeme_is_one_of(&at, " if exists only "));
	return at;
}

/* The lock that ALTER TABLE takes, as dbcare writes it after the name. */
static const char *
lock_for(const dbc_lexeme *action)
{
	dbc_lexeme object = next(action);

	if (dbc_lexeme_is_one_of(action, " reset validate "))
		return "share update exclusive";
	if ((dbc_lexeme_is_one_of(action, " add ") &&
		 dbc_lexeme_is_one_of(&object, " constraint ")) ||
		(dbc_lexeme_is_one_of(action, " enable ") &&
		 dbc_lexeme_is_one_of(&object, " trigger ")))
		return "share row exclusive";
	return "access exclusive";
}

/* Not a foreign table or a materialized view. */
static bool
can_be_locked(dbcw_host *h, const dbc_relation *relation)
{
	return dbc_query_text(
			   &h->base,
			   dbc_format(&h->base,
						  "select from pg_catalog.pg_class "
						  "where oid = %lld and relkind in ('r', 'p')",
						  (long long) relation->id))
			   ->nrows > 0;
}

/* Locks the table of an ALTER TABLE before its code is judged.  Whoever makes the
 * statement wait could rename its schema meanwhile: the name is found again after
 * that, and would be that of a table with other code. */
static void
lock_table(dbcw_host *h, const dbc_lexeme *name)
{
	int ntables;
	const dbc_relation *table = dbcw_find_tables_at(h, name->text, &ntables);
	dbc_lexeme action;
	const char *end;

	if (ntables == 0 || !can_be_locked(h, table))
		return;
	(void) dbcw_read_names(h, name->text, &end);
	action = dbc_scan_sql(end, DBC_ON_POSTGRESQL);
	dbcw_run_own(h, dbc_format(&h->base, "lock table only %s in %s mode",
							   table->shown, lock_for(&action)));
	dbcw_hold_table(h, table, table->id, false);
}

static void
refuse_domain(dbcw_host *h, const char *text)
{
	dbc_lexeme name = name_after(text, " domain ");
	const char *end;
	const dbc_rows *rows;

	if (!dbcw_read_names(h, name.text, &end))
		return;
	rows = dbc_query(
		&h->base, "core/owned_domain",
		dbc_text(dbc_copy(&h->base, name.text, (size_t) (end - name.text))));
	if (rows->nrows > 0)
		dbc_fail(&h->base, DBC_INSUFFICIENT, NULL, NULL, "%s",
				 describe_danger(h, dbc_get_text(&h->base, rows, 0, 0)));
}

void
dbcw_refuse_untrusted_repair(dbcw_host *h, const dbc_script *script)
{
	/* what is changed, and the word before its name */
	static const char *const changes[][2] = {{"ALTER TABLE", " table "},
											 {"INSERT", " into "},
											 {"UPDATE", " update "},
											 {"DELETE", " from "}};

	for (int i = 0; i < script->nstatements; i++)
	{
		const dbc_statement *s = &script->statements[i];

		for (size_t j = 0; j < sizeof(changes) / sizeof(changes[0]); j++)
			if (dbc_same(s->command, changes[j][0]))
			{
				dbc_lexeme name = name_after(s->text, changes[j][1]);

				if (j == 0)
					lock_table(h, &name);
				refuse_danger(h, &name, DBCW_CHANGES);
			}
		if (dbc_same(s->command, "ALTER DOMAIN"))
			refuse_domain(h, s->text);
		else if (!dbc_starts_with(s->command, "ALTER ") &&
				 !dbc_starts_with(s->command, "DROP "))
			dbcw_refuse_untrusted_code(h, s->text);
	}
}
