/*
 * trust.h
 *	  Whose code runs, and as which role it may.
 *
 * Analyzing, planning and running SQL calls code that others wrote: CHECKs,
 * domains, functions in indexes, policies, views, types.  Whoever owns that
 * code can change it until it runs, so it runs with the rights of a role that
 * its owner has anyway, or not at all.
 *
 * Contract.  Whoever analyzes, plans or runs anything that is not embedded SQL
 * over catalogs and dbcare's tables does three things:
 *
 * 1. gathers the owners of the code that can run: of parse trees before they
 *	  are analyzed, since that reads literals; of the analyzed statement or
 *	  expression before it is planned, folded or run;
 * 2. asks which role may run it.  The answer is the caller if all owners have
 *	  the caller's rights, else an owner whose rights all others have, else the
 *	  error 42501;
 * 3. becomes that role (dbcpg_switch_to_role() of core/owner.h) until it is
 *	  done.
 *
 * dbcpg_prepare_as_owner(), dbcpg_execute_as_owner(), the calls for callers and
 * dbcpg_switch_to_owner() of core/owner.h do all three.
 *
 * No code that runs as a role can go back to the login of the session: see
 * core/role.h.
 *
 * Superusers have the rights of all roles, so their code runs as anybody.  A
 * function counts by its owner; what its body calls does not, unless the body
 * is parsed SQL.  Who wrote a text is an owner, too: add that role to the list.
 * Collations, schemas and text search objects run no code of their owners.
 */
#ifndef DBCPG_CORE_TRUST_H
#define DBCPG_CORE_TRUST_H

#include "pg_ext/core/host.h"

/* ---- core/trust_code.c: gathering ---- */

/* What a statement does to a relation. */
typedef enum dbcpg_use
{
	DBCPG_WRITES, /* runs defaults, generated columns, triggers, rules, too */
	DBCPG_READS,
	DBCPG_NAMES,  /* is not planned: literals have the types of its columns */
	DBCPG_CHANGES /* writes without triggers and rules, as
				   * session_replication_role = replica does */
} dbcpg_use;

/* Add the owners of all code that can run when a relation, or an object of
 * another catalog (a type, a function, an operator), is used. */
extern void dbcpg_add_relation_owners(List **owners, Oid relation,
									  dbcpg_use use);
extern void dbcpg_add_object_owners(List **owners, Oid class, Oid object);

/* The same for a relation with its descendants, which are locked, so that no
 * role can replace them. */
extern void dbcpg_add_family_owners(List **owners, Oid relation, dbcpg_use use);

/* ---- core/trust_text.c: gathering, too ---- */

/* Add the owners of the code that runs when parse trees are analyzed: of the
 * relations, types, functions and operators that they name.  Fails if a type
 * does not exist, so that nobody can create it before the analysis.  Statements
 * other than queries have no literals. */
extern void dbcpg_add_tree_owners(List **owners, List *trees);

/* Whether a statement is a SELECT or changes rows. */
extern bool dbcpg_is_query(const Node *statement);

/* Adds the owners of the code that runs when an analyzed statement, an
 * expression, or a list of them, is planned and run; the second call is for a
 * statement that changes rows without triggers and rules. */
extern void dbcpg_add_query_owners(List **owners, Node *query);
extern void dbcpg_add_change_owners(List **owners, const Query *query);

/* Fails, if a role cannot run analyzed statements that it is to run for the
 * function of a trigger that they fire, and names the trigger: PostgreSQL would
 * only say that permission is denied. */
extern void dbcpg_explain_role(List *queries, Oid role);

/* ---- core/trust.c: deciding ---- */

/* The owner of a relation, a function, a schema, the database. */
extern Oid dbcpg_owner_of(Oid relation);
extern Oid dbcpg_owner_of_function(Oid function);
extern Oid dbcpg_owner_of_schema(Oid schema);
extern Oid dbcpg_owner_of_database(void);

extern bool dbcpg_trusts(Oid role, List *owners);

/* The role to run code of these owners as.  They fail if there is none. */
extern Oid dbcpg_role_for_owners(List *owners);
extern Oid dbcpg_role_for_trees(List *trees);
extern Oid dbcpg_role_for_query(Query *query);
/* ... of a statement that changes rows without triggers and rules */
extern Oid dbcpg_role_for_change(const Query *query);
extern Oid dbcpg_role_for_table(Oid relation, dbcpg_use use);

/* The same for what callers may do by rights of their own: a caller without the
 * rights of all owners runs it as any statement of his. */
extern Oid dbcpg_role_for_caller(List *owners);

/* Why a role may not run code of these owners, or NULL; and failing with it. */
extern const char *dbcpg_describe_distrust(Oid role, List *owners);
extern void dbcpg_require_trust(Oid role, List *owners);

/* Whether the code of all partitions of a table may run as the owner of the
 * table. */
extern bool dbcpg_trusts_partitions(Oid relation);

#endif /* DBCPG_CORE_TRUST_H */
