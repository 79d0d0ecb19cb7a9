/*
 * check.c
 *	  Tables, results and rules of the fake host.
 */
#include "test/unit/fake/script.h"

#include "common/migrate/rebuild.h"

#include "common/core/text.h"

/* Every name but one is that of a table in "main". */
const dbc_relation *
fake_resolve(dbc_host *host, const char *text)
{
	fake_host *fake = (fake_host *) host;
	dbc_relation *relation = dbc_alloc(host, sizeof(*relation));

	fake_note(host, "resolve");
	if (fake->missing && dbc_same(fake->missing, text))
		dbc_fail(host, DBC_UNDEFINED_TABLE, NULL, NULL,
				 "table %s does not exist", text);
	*relation = (dbc_relation){"main", text, text, 0};
	return relation;
}

/* There are two tables, a and b. */
const dbc_relation *
fake_tables(dbc_host *host, int *ntables)
{
	static const dbc_relation tables[] = {{"main", "a", "a", 0},
										  {"main", "b", "b", 0}};

	fake_note(host, "tables");
	*ntables = 2;
	return tables;
}

/* Whether a task asks for a result of a kind. */
static bool
is_asked_for(const dbc_check_task *task, dbc_check_constraint_kind kind)
{
	if (kind == DBC_K_RULE)
		return task->nrules > 0;
	return (task->kinds >> kind & 1) != 0 ||
		   (kind == DBC_K_FOREIGN_KEY && task->nreferences > 0);
}

/* Results are what the test has put there. */
const dbc_check_result *
fake_verify(dbc_host *host, const dbc_check_task *task, int *nresults)
{
	fake_host *fake = (fake_host *) host;
	dbc_check_result *results =
		dbc_alloc(host, ((size_t) fake->nresults + 1) * sizeof(*results));
	int i;

	fake_note(host, "verify")->table = task->table->name;
	fake->task = *task;
	if (fake->broken && dbc_same(fake->broken, task->table->name))
		dbc_fail(host, DBC_CORRUPTED, NULL, NULL, "it is broken");
	*nresults = 0;
	for (i = 0; i < fake->nresults; i++)
		if (is_asked_for(task, fake->results[i].kind))
			results[(*nresults)++] = fake->results[i];
	return results;
}

/* Every text is a good one. */
void
fake_try_rule(dbc_host *host, const dbc_relation *table,
			  const dbc_check_data_rule *rule, const char *assignments)
{
	(void) table;
	(void) rule;
	(void) assignments;
	fake_note(host, "try rule");
}

/* Violations likewise. */
const dbc_check_row_violation *
fake_inspect(dbc_host *host, const dbc_relation *table, const char *row,
			 int *nviolations)
{
	fake_host *fake = (fake_host *) host;

	(void) row;
	fake_note(host, "inspect")->table = table->name;
	*nviolations = fake->nviolations;
	return fake->violations;
}

/* Rebuilds nothing, but says that a column was kept. */
void
fake_rebuild(dbc_host *host, dbc_migrate_rebuild *task)
{
	fake_note(host, "rebuild")->table = task->table->name;
	dbc_json_push_text(task->kept, "id");
	task->sql = task->create_sql;
}

/* A row is lost. */
void
fake_lost_entries(dbc_host *host, const dbc_relation *table, const int64_t *bad,
				  int nbad, dbc_check_entries *found)
{
	static const char *columns[] = {"id"};
	static const char *const key[] = {"5"};

	(void) table;
	(void) bad;
	*found = (dbc_check_entries){
		.index = "t_pkey", .is_key = true, .columns = columns, .nkeys = 1};
	if (nbad < 0)
		return;
	found->list = dbc_alloc(host, sizeof(*found->list));
	found->list[0] = (dbc_check_entry){.block = 2, .item = 1, .key = key};
	found->count = 1;
}

/* One row in each block, which can be read. */
int
fake_mark_unsound(dbc_host *host, int64_t oid, int64_t block,
				  bool marked[DBC_BLOCK_ROWS])
{
	(void) host;
	(void) oid;
	(void) block;
	marked[1] = false;
	return 1;
}

void
fake_make_plain(dbc_host *host, int64_t oid, const dbc_relation *to,
				const dbc_check_entries *key)
{
	(void) oid;
	(void) key;
	fake_note(host, "make plain")->table = to->name;
}

void
fake_give_plain(dbc_host *host, int64_t oid, const dbc_relation *to)
{
	(void) oid;
	fake_note(host, "give plain")->table = to->name;
}

/* It has none. */
bool
fake_has_plain(dbc_host *host, const dbc_relation *to,
			   const dbc_check_texts *key)
{
	(void) key;
	fake_note(host, "has plain")->table = to->name;
	return false;
}

void
fake_put_plain(dbc_host *host, const dbc_relation *to,
			   const dbc_check_texts *row)
{
	(void) row;
	fake_note(host, "put plain")->table = to->name;
}

/* Copies three rows. */
int64_t
fake_copy_rows(dbc_host *host, int64_t oid, const dbc_relation *to,
			   const dbc_check_range *range)
{
	(void) oid;
	(void) range;
	fake_note(host, "copy rows")->table = to->name;
	return 3;
}

/* Nothing is lost. */
void
fake_salvage(dbc_host *host, const dbc_check_salvage *call,
			 struct dbc_json_node *result)
{
	fake_note(host, "salvage");
	dbc_json_put_text(result, "destination", call->destination);
}
