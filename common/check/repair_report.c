/*
 * repair_report.c
 *	  The report of a repair.
 */
#include "common/check/repair.h"
#include "common/core/names.h"

/* Describes the rows of a cascade as a sentence; NULL if there are none. */
const char *
dbc_check_describe_cascade(const dbc_check_repair *r)
{
	dbc_buffer sentence;

	dbc_buffer_init(&sentence, r->host);
	for (int i = 0; i < r->nkeys; i++)
	{
		const dbc_check_foreign_key *key = &r->keys[i];

		if (key->cascaded > 0)
			dbc_append_format(&sentence, "%s%s of %s (%s: %s)",
							  sentence.length ? ", "
											  : "The repair would also change ",
							  dbc_count_text(r->host, key->cascaded, "row"),
							  key->table.shown, key->name, key->cascade);
	}
	if (sentence.length == 0)
		return NULL;
	dbc_append(&sentence, ".");
	return sentence.data;
}

/* Adds the repaired rows of a key to a list, unless there are none. */
static void
push_rows(dbc_check_repair *r, dbc_json_node *list,
		  const dbc_check_foreign_key *key, const char *action, int64_t rows)
{
	dbc_json_node *entry;

	if (rows == 0)
		return;
	entry = dbc_json_object(r->host);
	DBC_PUT_TEXT(entry, table_name, key->table.shown);
	DBC_PUT_TEXT(entry, constraint_name, key->name);
	DBC_PUT_TEXT(entry, action, action);
	DBC_PUT_INT(entry, rows, rows);
	dbc_json_push(list, entry);
}

/* The tables whose rows violated rules or foreign keys; *rows is set to the
 * number of rows. */
static dbc_json_node *
list_relations(dbc_check_repair *r, int64_t *rows)
{
	dbc_json_node *list = dbc_json_array(r->host);

	for (const dbc_check_violated_rule *violated = r->rules; violated;
		 violated = violated->next)
	{
		dbc_json_node *entry = dbc_json_object(r->host);

		DBC_PUT_TEXT(entry, table_name, violated->table.shown);
		DBC_PUT_TEXT(entry, rule_name, violated->name);
		DBC_PUT_TEXT(entry, action,
					 violated->assignments ? "update" : "delete");
		DBC_PUT_INT(entry, rows, violated->rows);
		dbc_json_push(list, entry);
		*rows += violated->rows;
	}
	for (int i = 0; i < r->nkeys; i++)
	{
		const dbc_check_foreign_key *key = &r->keys[i];

		push_rows(r, list, key, key->repair, key->repaired);
		*rows += key->repaired;
	}
	return list;
}

/* The cascaded rows per key; adds their number to *rows. */
static dbc_json_node *
list_cascades(dbc_check_repair *r, int64_t *rows)
{
	dbc_json_node *list = dbc_json_array(r->host);

	for (int i = 0; i < r->nkeys; i++)
	{
		const dbc_check_foreign_key *key = &r->keys[i];

		push_rows(r, list, key, key->cascade, key->cascaded);
		*rows += key->cascaded;
	}
	return list;
}

static dbc_json_node *
list_indexes(const dbc_check_repair *r)
{
	dbc_json_node *list = dbc_json_array(r->host);

	for (int i = 0; i < r->nindexes; i++)
	{
		dbc_json_node *entry = dbc_json_object(r->host);

		DBC_PUT_TEXT(entry, index_name, r->indexes[i].index);
		DBC_PUT_TEXT(entry, problem, r->indexes[i].problem);
		dbc_json_push(list, entry);
	}
	return list;
}

/* Adds a foreign key or rule that cannot be verified to a list. */
static void
push_unknown(dbc_check_repair *r, dbc_json_node *list, const char *table,
			 const char *member, const char *name, const char *reason)
{
	dbc_json_node *entry = dbc_json_object(r->host);

	DBC_PUT_TEXT(entry, table_name, table);
	dbc_json_put_text(entry, member, name);
	DBC_PUT_TEXT(entry, reason, reason);
	dbc_json_push(list, entry);
}

/* The foreign keys and rules that cannot be verified; sets whether there are
 * any. */
static dbc_json_node *
list_unknown(dbc_check_repair *r, bool *any)
{
	dbc_json_node *list = dbc_json_array(r->host);

	*any = r->unread != NULL;
	for (const dbc_check_violated_rule *rule = r->unread; rule;
		 rule = rule->next)
		push_unknown(r, list, rule->table.shown, "rule_name", rule->name,
					 rule->reason);
	for (int i = 0; i < r->nkeys; i++)
	{
		dbc_check_foreign_key *key = &r->keys[i];

		if (!key->chosen || !key->reason)
			continue;
		push_unknown(r, list, key->table.shown, "constraint_name",
					 dbc_check_foreign_key_name(r, key), key->reason);
		*any = true;
	}
	return list;
}

static const char *
message_of(const dbc_check_repair *r, int64_t rows, bool has_unknown)
{
	dbc_host *host = r->host;
	const char *done = r->dry_run ? "to be repaired" : "repaired";
	const char *except = has_unknown ? ", except what is unknown" : "";

	if (rows == 0 && r->nindexes == 0)
		return dbc_format(host, "nothing to repair%s", except);
	if (r->obstacle)
		return dbc_format(
			host,
			"%s to be repaired, but an undo could not restore all of them: %s",
			dbc_count_text(host, rows, "row"), r->obstacle);
	if (r->nindexes == 0)
		return dbc_format(host, "%s %s%s", dbc_count_text(host, rows, "row"),
						  done, except);
	return dbc_format(host, "%s%s%d %s %s%s",
					  rows > 0 ? dbc_count_text(host, rows, "row") : "",
					  rows > 0 ? " and " : "", r->nindexes,
					  r->nindexes == 1 ? "index" : "indexes", done, except);
}

void
dbc_check_report_repair(dbc_check_repair *r)
{
	dbc_json_node *result = dbc_json_object(r->host);
	dbc_value id = dbc_null();
	int64_t rows = 0;
	bool has_unknown;

	if (!r->dry_run && r->id > 0)
		id = dbc_int(r->id);
	DBC_PUT_VALUE(result, repair_id, &id);
	DBC_PUT_BOOL(result, dry_run, r->dry_run);
	DBC_PUT(result, relations, list_relations(r, &rows));
	DBC_PUT(result, cascades, list_cascades(r, &rows));
	DBC_PUT(result, indexes, list_indexes(r));
	DBC_PUT(result, unknown, list_unknown(r, &has_unknown));
	DBC_PUT_INT(result, rows, rows);
	dbc_row_put_unfired(r->host, &r->unfired, result);
	DBC_PUT_TEXT(result, message, message_of(r, rows, has_unknown));
	dbc_json_emit(r->host, result);
}
