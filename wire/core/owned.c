/*
 * owned.c
 *	  What is to be known of a table before queries run on it.
 */
#include "wire/core/owned.h"

#include "common/core/sql_place.h"
#include "common/core/text.h"
#include "wire/core/relation.h"

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

dbcw_owned
dbcw_describe_table(dbc_host *host, const dbc_relation *table, dbcw_code code)
{
	const dbc_rows *rows = dbc_query(
		host, "core/owned", dbc_text(table->schema), dbc_text(table->name),
		dbc_bool(code == DBCW_RULES), dbc_bool(code != DBCW_CONSTRAINTS),
		dbc_bool(code == DBCW_CHANGES));
	dbcw_owned owned;
	const char *role;

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
		owned.danger = describe_danger(dbcw_of(host), role);
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

				refuse_danger(h, &name, DBCW_CHANGES);
			}
		if (dbc_same(s->command, "ALTER DOMAIN"))
			refuse_domain(h, s->text);
		else if (!dbc_starts_with(s->command, "ALTER ") &&
				 !dbc_starts_with(s->command, "DROP "))
			dbcw_refuse_untrusted_code(h, s->text);
	}
}
