/*
 * statement.c
 *	  Classifying a statement by its parse tree.
 */
#include "pg_ext/core/compat_nodes.h"
#include "pg_ext/core/script.h"

#include "parser/scanner.h"
#include "tcop/utility.h"

#include "common/core/text.h"

/* The option with a name, or NULL. */
static DefElem *
named_option(List *options, const char *name)
{
	ListCell *cell;

	foreach (cell, options)
	{
		DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
			return option;
	}
	return NULL;
}

/* Whether an option that is on by default was turned off. */
static bool
turned_off(List *options, const char *name)
{
	DefElem *option = named_option(options, name);

	return option && !defGetBoolean(option);
}

/* The kind of a transaction statement. */
static dbc_statement_kind
kind_of_transaction(const TransactionStmt *statement)
{
	if (statement->chain)
		return DBC_STATEMENT_TRANSACTION;
	switch (statement->kind)
	{
		case TRANS_STMT_BEGIN:
		case TRANS_STMT_START:
			return DBC_STATEMENT_BEGIN;
		case TRANS_STMT_COMMIT:
			return DBC_STATEMENT_COMMIT;
		default:
			return DBC_STATEMENT_TRANSACTION;
	}
}

/* Whether a SET is a SET TRANSACTION, which affects the transaction. */
static bool
is_of_transaction(const VariableSetStmt *statement)
{
	return statement->kind == VAR_SET_MULTI &&
		   strncmp(statement->name, "TRANSACTION", 11) == 0;
}

/* Whether a statement says how its transaction runs. */
static bool
sets_transaction(const Node *node)
{
	if (IsA(node, TransactionStmt))
		return ((const TransactionStmt *) node)->options != NIL;
	return IsA(node, VariableSetStmt) &&
		   is_of_transaction((const VariableSetStmt *) node);
}

/* Whether a statement has CONCURRENTLY with an effect. */
static bool
is_concurrent(const Node *node)
{
	ListCell *cell;

	switch (nodeTag(node))
	{
		case T_IndexStmt:
			return ((const IndexStmt *) node)->concurrent;
		case T_DropStmt:
			return ((const DropStmt *) node)->concurrent;
		case T_ReindexStmt:
			return dbcpg_reindex_concurrently((const ReindexStmt *) node);
		case T_ClusterStmt: /* from 19 on */
			return dbcpg_clusters_concurrently((const ClusterStmt *) node);
		case T_AlterTableStmt:
			foreach (cell, ((const AlterTableStmt *) node)->cmds)
				if (dbcpg_detaches_concurrently(lfirst(cell)))
					return true;
			return false;
		default:
			return false;
	}
}

/* Whether a statement can never run inside a transaction block.  For some this
 * depends on the objects; those fail with PostgreSQL's own error. */
static bool
runs_outside(const Node *node)
{
	List *options;

	switch (nodeTag(node))
	{
		case T_CreatedbStmt:
		case T_DropdbStmt:
		case T_CreateTableSpaceStmt:
		case T_DropTableSpaceStmt:
		case T_AlterSystemStmt:
			return true;
		case T_AlterDatabaseStmt:
			options = ((const AlterDatabaseStmt *) node)->options;
			return named_option(options, "tablespace") != NULL;
		case T_CreateSubscriptionStmt:
			options = ((const CreateSubscriptionStmt *) node)->options;
			return !turned_off(options, "connect") &&
				   !turned_off(options, "create_slot");
		case T_VacuumStmt:
			return ((const VacuumStmt *) node)->is_vacuumcmd;
		case T_ClusterStmt:
			return is_concurrent(node) ||
				   !dbcpg_clustered_table((const ClusterStmt *) node);
		case T_ReindexStmt:
			return is_concurrent(node) ||
				   !((const ReindexStmt *) node)->relation;
		case T_DiscardStmt:
			return ((const DiscardStmt *) node)->target == DISCARD_ALL;
		default:
			return is_concurrent(node);
	}
}

/* Whether a statement is a VACUUM that does not rewrite the table. */
static bool
is_vacuum(const Node *node)
{
	const VacuumStmt *vacuum = (const VacuumStmt *) node;

	return IsA(node, VacuumStmt) && vacuum->is_vacuumcmd &&
		   (!named_option(vacuum->options, "full") ||
			turned_off(vacuum->options, "full"));
}

static dbc_statement_kind
kind_of(const Node *node)
{
	const CopyStmt *copy;

	if (runs_outside(node))
		return DBC_STATEMENT_OUTSIDE;
	switch (nodeTag(node))
	{
		case T_TransactionStmt:
			return kind_of_transaction((const TransactionStmt *) node);
		case T_VariableSetStmt:
			return is_of_transaction((const VariableSetStmt *) node)
					   ? DBC_STATEMENT_TRANSACTION
					   : DBC_STATEMENT_SETTING;
		case T_ConstraintsSetStmt:
		case T_DiscardStmt:
			return DBC_STATEMENT_SETTING;
		case T_CopyStmt:
			copy = (const CopyStmt *) node;
			return copy->filename ? DBC_STATEMENT_PLAIN : DBC_STATEMENT_CLIENT;
		default:
			return DBC_STATEMENT_PLAIN;
	}
}

/* A statement without CONCURRENTLY. */
static const char *
remove_concurrently(dbcpg_host *host, const char *text)
{
	static const char word[] = "concurrently";
	char *own = pstrdup(dbcpg_from_core(text));
	core_yy_extra_type extra;
	core_YYSTYPE value;
	YYLTYPE location;
	core_yyscan_t scanner =
		scanner_init(own, &extra, &ScanKeywords, ScanKeywordTokens);

	while (core_yylex(&value, &location, scanner) != 0)
	{
		char *at = own + location;

		if (pg_strncasecmp(at, word, strlen(word)) != 0 ||
			IS_HIGHBIT_SET(at[strlen(word)]) ||
			isalnum((unsigned char) at[strlen(word)]) ||
			strchr("_$", at[strlen(word)]))
			continue;
		memset(at, ' ', strlen(word));
		break;
	}
	scanner_finish(scanner);
	return dbcpg_to_core(host, own);
}

/* A statement with the same effect on the schema that can run in a
 * transaction. */
static const char *
inside_transaction(dbcpg_host *host, const Node *node, const char *text)
{
	switch (nodeTag(node))
	{
		case T_IndexStmt:
		case T_DropStmt:
		case T_AlterTableStmt:
			return remove_concurrently(host, text);
		case T_VacuumStmt:
		case T_ReindexStmt:
		case T_ClusterStmt:
		case T_DiscardStmt:
			return "";
		default:
			return NULL;
	}
}

void
dbcpg_classify(dbcpg_host *host, Node *node, dbc_statement *statement)
{
	const char *tag = GetCommandTagName(CreateCommandTag(node));

	statement->kind = kind_of(node);
	if (statement->kind == DBC_STATEMENT_OUTSIDE)
		statement->inside = inside_transaction(host, node, statement->text);
	statement->is_vacuum = is_vacuum(node);
	statement->sets_transaction = sets_transaction(node);
	statement->command = is_concurrent(node)
							 ? dbc_format(&host->base, "%s CONCURRENTLY", tag)
							 : tag;
}
