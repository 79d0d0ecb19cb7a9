/*
 * rule.c
 *	  Validating the texts of a data rule.
 *
 * Rules are analyzed, not planned: other roles run a rule later, as the owner
 * of its table.  Analysis runs the input functions of the owner's types, so it
 * is done as that owner.
 */
#include "pg_ext/check/verify.h"
#include "pg_ext/core/compat_nodes.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/relation.h"

#include "utils/builtins.h"
#include "utils/lsyscache.h"

/* Moves the position of a syntax error from dbcare's text to the caller's. */
static void
move_position(void *text)
{
	int position = geterrposition();

	errposition(0);
	internalerrposition(position);
	internalerrquery(text);
}

/* Parses a text of one statement; NULL if it is more than one. */
static const Node *
only_statement(char *text)
{
	ErrorContextCallback callback = {.callback = move_position,
									 .arg = text,
									 .previous = error_context_stack};
	List *trees;

	error_context_stack = &callback;
	trees = dbcpg_raw_parser(text);
	error_context_stack = callback.previous;
	return list_length(trees) == 1 ? linitial_node(RawStmt, trees)->stmt : NULL;
}

/* Whether "SELECT text" selects one unnamed expression and nothing else. */
static bool
is_expression(const char *text)
{
	const Node *node = only_statement(psprintf("SELECT %s", text));
	const SelectStmt *select = (const SelectStmt *) node;

	return node && IsA(node, SelectStmt) && select->op == SETOP_NONE &&
		   list_length(select->targetList) == 1 &&
		   linitial_node(ResTarget, select->targetList)->name == NULL &&
		   !select->distinctClause && !select->intoClause &&
		   !select->fromClause && !select->whereClause &&
		   !select->groupClause && !select->havingClause &&
		   !select->windowClause && !select->sortClause &&
		   !select->limitOffset && !select->limitCount &&
		   !select->lockingClause;
}

/* Whether "UPDATE t SET text" consists of assignments and nothing else. */
static bool
is_assignments(const char *text)
{
	const Node *node = only_statement(psprintf("UPDATE t SET %s", text));
	const UpdateStmt *update = (const UpdateStmt *) node;

	return node && IsA(node, UpdateStmt) && !update->fromClause &&
		   !update->whereClause && !dbcpg_update_returns(update);
}

static void
expect(dbcpg_host *host, bool is_so, const char *text, const char *what)
{
	if (!is_so)
		dbc_fail(&host->base, DBC_SYNTAX_ERROR, NULL, NULL, "not %s: %s", what,
				 text);
}

static void
check_owner(Oid table)
{
	if (!has_privs_of_role(GetUserId(), dbcpg_owner_of(table)))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(table));
}

/* Called for an error: says why a table of the same schema is not found. */
static void
explain_missing_table(void *arg)
{
	const char *schema = arg;

	if (schema && geterrcode() == ERRCODE_UNDEFINED_TABLE)
	{
		errdetail("Schema %s is not searched, because untrusted roles may "
				  "create objects in it.",
				  schema);
		errhint("Write %s.NAME, or call REVOKE CREATE ON SCHEMA %s FROM "
				"PUBLIC.",
				schema, schema);
	}
}

/* Analyzes a statement as the owner of the table, with the names available to a
 * rule. */
static void
analyze(const char *text, Oid table)
{
	ErrorContextCallback callback = {.previous = error_context_stack,
									 .callback = explain_missing_table};
	dbcpg_execution_identity identity;
	List *owners = NIL;
	SPIPlanPtr plan;

	if (!dbcpg_searches_schema(table))
		callback.arg = unconstify(char *, quote_identifier(get_namespace_name(
											  get_rel_namespace(table))));
	error_context_stack = &callback;
	identity = dbcpg_become_owner(table);
	dbcpg_add_tree_owners(&owners, dbcpg_raw_parser(dbcpg_from_core(text)));
	dbcpg_require_trust(GetUserId(), owners);
	plan = SPI_prepare(dbcpg_from_core(text), 0, NULL);
	if (!plan)
		dbcpg_require_spi_success(SPI_result);
	SPI_freeplan(plan);
	error_context_stack = callback.previous;
	dbcpg_restore_identity(&identity);
}

/* Fails unless a rule is valid; see check/host.h. */
void
dbcpg_check_try_rule(dbc_host *base, const dbc_relation *table,
					 const dbc_check_data_rule *rule, const char *assignments)
{
	dbcpg_host *host = dbcpg_of(base);
	Oid oid = dbcpg_find_table_oid(table);
	const dbc_rows *rows;

	check_owner(oid);
	expect(host, is_expression(dbcpg_from_core(rule->expression)),
		   rule->expression, "one expression");
	if (rule->condition)
		expect(host, is_expression(dbcpg_from_core(rule->condition)),
			   rule->condition, "one condition");
	if (assignments)
		expect(host, is_assignments(dbcpg_from_core(assignments)), assignments,
			   "assignments");
	rows = dbc_query(base, "check/rule_texts", dbc_text(table->schema),
					 dbc_text(table->name), dbc_text(rule->expression),
					 dbc_text(rule->condition), dbc_text(assignments));
	analyze(dbc_get_text(base, rows, 0, 0), oid);
	if (assignments)
		analyze(dbc_get_text(base, rows, 0, 1), oid);
}
