/*
 * verify_state.c
 *	  dbaudit_verify: whether what entries refer to, and the table of logged
 *	  tables, are as the log says.
 */
#include "common/audit/verify.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/json.h"

/* ---- references ---- */

void
dbc_audit_verify_references(dbc_audit_verification *v)
{
	static const struct
	{
		const char *missing;
		const char *finding;
		const char *message;
	} kinds[] = {
		{"shape", "shape_missing", "the columns of entry %lld do not exist"},
		{"table", "table_missing", "the table of entry %lld does not exist"},
		{"context", "context_missing",
		 "who made the change of entry %lld does not exist"}};
	dbc_host *host = v->host;
	const dbc_rows *rows = dbc_query(host, "audit/orphans");

	v->seal = NULL;
	for (int i = 0; i < rows->nrows; i++)
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
			if (dbc_same(kinds[k].missing, dbc_get_text(host, rows, i, 1)))
				dbc_audit_report(
					v, dbc_get_int(host, rows, i, 0), kinds[k].finding,
					dbc_format(host, kinds[k].message,
							   (long long) dbc_get_int(host, rows, i, 0)));
}

/* ---- the tables of the log ---- */

void
dbc_audit_verify_objects(dbc_audit_verification *v)
{
	dbc_host *host = v->host;
	const dbc_rows *rows = dbc_query(host, "audit/other_objects");

	v->seal = NULL;
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *cells = dbc_get_row(host, rows, i, "ttt");

		dbc_audit_report(v, 0, "log_altered",
						 dbc_format(host,
									"table %s has %s \"%s\", which dbcare has "
									"not made",
									cells[2].text, cells[0].text,
									cells[1].text));
	}
}

/* ---- removed segments ---- */

/* The last seal without its entries; NULL if there is none. */
static const dbc_value *
last_removed(const dbc_audit_verification *v)
{
	for (int i = v->seals->nrows - 1; i >= 0; i--)
	{
		const dbc_value *seal =
			dbc_get_row(v->host, v->seals, i, DBC_SEAL_SHAPE);

		if (!seal[DBC_SEAL_KEPT].integer)
			return seal;
	}
	return NULL;
}

void
dbc_audit_verify_removal(dbc_audit_verification *v)
{
	dbc_host *host = v->host;
	const dbc_rows *rows;

	v->seal = last_removed(v);
	if (!v->seal)
		return;
	rows = dbc_query(host, "audit/removals");
	for (int i = 0; i < rows->nrows; i++)
		if (dbc_get_int(host, rows, i, 0) == v->seal[DBC_SEAL_ID].integer &&
			dbc_same(dbc_get_text(host, rows, i, 1),
					 v->seal[DBC_SEAL_ROOT].text))
			return;
	dbc_audit_report(v, 0, "removal_unrecorded",
					 "the entries up to this seal were removed, and no entry "
					 "records that audit_keep_days did");
}

/* ---- logged tables ---- */

/* The states of tables in the current seal; NULL if they cannot be read. */
static const dbc_json_item *
sealed_states(const dbc_audit_verification *v)
{
	const char *text = v->seal[DBC_SEAL_TABLES].text;
	const char *problem;
	const dbc_json_item *states =
		dbc_json_read(v->host, text, strlen(text), NULL, 0, &problem);

	return states && states->kind == DBC_I_OBJECT ? states : NULL;
}

/* Whether an entry, a row of audit/table_acts.sql, is after the current seal.
 */
static bool
is_after_seal(const dbc_audit_verification *v, const dbc_rows *acts, int row)
{
	const dbc_value *cells = dbc_get_row(v->host, acts, row, "iiti");
	int64_t transaction = v->seal[DBC_SEAL_TO_TRANSACTION].integer;

	if (!v->host->traits->one_writer && cells[3].integer != transaction)
		return cells[3].integer > transaction;
	return cells[0].integer > v->seal[DBC_SEAL_TO_ENTRY].integer;
}

/* The last state of a table that an entry after the current seal records, else
 * that of the seal; NULL if neither has one. */
static const char *
known_state(const dbc_audit_verification *v, const dbc_rows *acts,
			const dbc_json_item *sealed, int64_t table)
{
	const dbc_json_item *state;

	for (int i = 0; i < acts->nrows; i++)
		if (dbc_get_int(v->host, acts, i, 1) == table)
		{
			/* of its table, the last one is the first */
			if (is_after_seal(v, acts, i))
				return dbc_get_text(v->host, acts, i, 2);
			break;
		}
	state = sealed ? dbc_json_member(
						 sealed, dbc_format(v->host, "%lld", (long long) table))
				   : NULL;
	return state ? dbc_json_string_or_null(v->host, state) : NULL;
}

/* Reports tables that the current seal has, and audited_table has not. */
static void
verify_removed_tables(const dbc_audit_verification *v, const dbc_rows *rows,
					  const dbc_json_item *sealed)
{
	const dbc_json_item *name = sealed + 1;

	for (uint32_t i = 0; sealed && i < sealed->length; i++)
	{
		int64_t table = strtoll(dbc_json_string(v->host, name), NULL, 10);
		int row = 0;

		while (row < rows->nrows && dbc_get_int(v->host, rows, row, 0) != table)
			row++;
		if (row == rows->nrows)
			dbc_audit_report(v, 0, "table_changed",
							 dbc_format(v->host,
										"table %lld in %saudited_table was "
										"removed",
										(long long) table,
										v->host->table_prefix));
		name = dbc_json_next(dbc_json_next(name));
	}
}

void
dbc_audit_verify_tables(dbc_audit_verification *v)
{
	dbc_host *host = v->host;
	const dbc_rows *rows = dbc_query(host, "audit/table_states", dbc_null());
	const dbc_rows *acts = dbc_query(host, "audit/table_acts");
	const dbc_json_item *sealed;

	v->seal = dbc_get_row(host, v->seals, v->seals->nrows - 1, DBC_SEAL_SHAPE);
	sealed = sealed_states(v);
	for (int i = 0; i < rows->nrows; i++)
	{
		int64_t table = dbc_get_int(host, rows, i, 0);
		const char *known = known_state(v, acts, sealed, table);

		/* a table that was enabled after the seal is in none */
		if (known && !dbc_same(known, dbc_get_text(host, rows, i, 1)))
			dbc_audit_report(
				v, 0, "table_changed",
				dbc_format(host,
						   "the name, the options or the state of table %lld "
						   "in %saudited_table was changed: it was %s",
						   (long long) table, host->table_prefix, known));
	}
	verify_removed_tables(v, rows, sealed);
}
