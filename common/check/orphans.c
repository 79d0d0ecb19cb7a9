/*
 * orphans.c
 *	  dbcheck_orphans: rows whose parent is missing, by a declared foreign key
 *	  or an undeclared relation.
 */
#include "common/check/check.h"
#include "common/core/functions.h"

#include <string.h>

#include "common/core/json.h"
#include "common/core/text.h"

/* Members of each element of the option relations. */
#define RELATION_MEMBERS(O) \
	O(child, TEXT)          \
	O(parent, TEXT)
DBC_OPTIONS(relation_members, RELATION_MEMBERS);

/* A table, and what of it is to be verified. */
typedef struct target
{
	const dbc_relation *table;
	bool declared; /* foreign keys */
	dbc_check_reference *references;
	int nreferences;
} target;

/* The tables of a call. */
typedef struct targets
{
	target *list;
	int count;
} targets;

/* A column of a table. */
typedef struct place
{
	const dbc_relation *table;
	const char *column;
} place;

/* The last dot of a qualified name that is not in quotes, or NULL. */
static const char *
last_dot(const char *text)
{
	const char *dot = NULL;
	char quote = '\0';

	for (; *text; text++)
		if (quote)
			quote = *text == quote ? '\0' : quote;
		else if (*text == '"' || *text == '`')
			quote = *text;
		else if (*text == '[')
			quote = ']';
		else if (*text == '.')
			dot = text;
	return dot;
}

/* The column of a table that text names. */
static const char *
find_column(dbc_host *host, const dbc_relation *table, const char *text)
{
	const dbc_rows *rows =
		dbc_query(host, "check/column", dbc_text(table->schema),
				  dbc_text(table->name), dbc_text(text));

	if (rows->nrows == 0)
		dbc_fail(host, DBC_UNDEFINED_COLUMN, NULL, NULL,
				 "table %s has no column %s", table->shown, text);
	return dbc_get_text(host, rows, 0, 0);
}

/* The column that text names with its table. */
static place
find_place(dbc_host *host, const char *text)
{
	const char *dot = last_dot(text);
	place found;

	if (!dot || dot[1] == '\0')
		dbc_fail(host, DBC_INVALID_NAME, NULL,
				 "Write table.column, with quotes around names that need them.",
				 "not a table and a column: %s", text);
	found.table =
		dbc_resolve(host, dbc_copy(host, text, (size_t) (dot - text)));
	found.column = find_column(host, found.table, dot + 1);
	return found;
}

/* Whether two relations are the same table. */
static bool
is_same_table(const dbc_relation *a, const dbc_relation *b)
{
	return dbc_same(a->schema, b->schema) && dbc_same(a->name, b->name);
}

/* The entry of a table, added if there is none. */
static target *
target_of(targets *all, const dbc_relation *table)
{
	for (int i = 0; i < all->count; i++)
		if (is_same_table(all->list[i].table, table))
			return &all->list[i];
	all->list[all->count] = (target){.table = table};
	return &all->list[all->count++];
}

/* Reads an element of the option relations. */
static const relation_members *
read_relation(dbc_host *host, const dbc_json_entry *relation)
{
	dbc_value value = dbc_json(relation->text);
	const relation_members *given = NULL;

	if (relation->kind == DBC_I_OBJECT)
		given = dbc_read_options(host, &value, relation_members);
	if (!given || !given->child.given || !given->parent.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Each element must be {\"child\": \"table.column\", "
				 "\"parent\": \"table.column\"}.",
				 "option \"relations\" cannot have the element %s",
				 relation->text ? relation->text : "null");
	return given;
}

/* Adds a relation that is not declared. */
static void
add_relation(dbc_host *host, targets *all, const dbc_json_entries *relations,
			 int at)
{
	const relation_members *given = read_relation(host, &relations->list[at]);
	place child = find_place(host, given->child.text);
	place parent = find_place(host, given->parent.text);
	target *s = target_of(all, child.table);

	if (!s->references)
		s->references =
			dbc_alloc(host, (size_t) relations->count * sizeof(*s->references));
	s->references[s->nreferences++] =
		(dbc_check_reference){child.column, parent.table, parent.column};
}

/* The tables a call is about: those of its argument with their foreign keys,
 * those of its option with their relations. */
static targets
find_targets(dbc_host *host, const dbc_value *relation,
			 const dbc_option_value *given)
{
	dbc_json_entries relations =
		given->given ? dbc_json_read_entries(host, given->text, "relations")
					 : (dbc_json_entries){0};
	targets all = {0};
	int ntables;
	const dbc_relation *tables =
		dbc_check_find_tables(host, relation, &ntables);

	all.list = dbc_alloc(host, (size_t) (ntables + relations.count) *
								   sizeof(*all.list));
	for (int i = 0; i < ntables; i++)
		all.list[all.count++] = (target){.table = &tables[i], .declared = true};
	for (int i = 0; i < relations.count; i++)
		add_relation(host, &all, &relations, i);
	return all;
}

/* Emits the orphans of one relation. */
static void
emit_orphans(dbc_host *host, const dbc_relation *table,
			 const dbc_check_result *result)
{
	dbc_emit(host, dbc_text(table->shown), dbc_text(result->name),
			 dbc_text(result->parent), dbc_check_result_violations(result),
			 dbc_check_result_keys(result),
			 dbc_text(dbc_check_result_message(host, result)));
}

/* Verifies one table and emits its orphans, or why nothing is known of it. */
static void
check_target(dbc_host *host, const dbc_check_task *task)
{
	dbc_check_table_results found = dbc_check_verify_table(host, task);

	if (found.failure)
		dbc_emit(host, dbc_text(task->table->shown), dbc_null(), dbc_null(),
				 dbc_null(), dbc_null(), dbc_text(found.failure));
	for (int i = 0; i < found.count; i++)
		if (found.results[i].violations != 0)
			emit_orphans(host, task->table, &found.results[i]);
}

/* dbcheck_orphans(relation, options) */
DBC_RUN(dbcheck_orphans)
{
	const dbcheck_orphans_options *given =
		dbc_read_options(host, &args->options, dbcheck_orphans_options);
	targets all = find_targets(host, &args->relation, &given->relations);
	dbc_check_task task = {
		.samples = (int) dbc_option_or(&given->samples, DBC_DEFAULT_SAMPLES),
		.memory = dbc_check_key_memory(host)};

	for (int i = 0; i < all.count; i++)
	{
		const target *s = &all.list[i];

		dbc_progress(host, s->table->shown, i, all.count);
		task.table = s->table;
		task.kinds = s->declared ? 1u << DBC_K_FOREIGN_KEY : 0;
		task.references = s->references;
		task.nreferences = s->nreferences;
		check_target(host, &task);
	}
	dbc_progress_end(host, all.count);
}
