/*
 * owner.h
 *	  Running code with no more rights than its owners have.
 */
#ifndef DBCPG_CORE_OWNER_H
#define DBCPG_CORE_OWNER_H

#include "pg_ext/core/host.h"
#include "pg_ext/core/trust.h"

#include "executor/spi.h"

/* ---- core/owner_query.c ---- */

/* The user that runs code, and its settings. */
typedef struct dbcpg_execution_identity
{
	Oid user;
	int security;
	int guc_level;
} dbcpg_execution_identity;

/* Switches to the owner of a table in a security-restricted operation, with the
 * table's schema as search path; fails if code that runs when the table is read
 * belongs to somebody without the owner's rights.  And back, as the end of a
 * subtransaction does. */
extern dbcpg_execution_identity dbcpg_switch_to_owner(Oid relation);
extern void dbcpg_restore_identity(const dbcpg_execution_identity *identity);

/* The same for those who ask about each expression before they prepare it. */
extern dbcpg_execution_identity dbcpg_become_owner(Oid relation);

/* Whether code of a table finds objects in the table's schema without its name:
 * not where untrusted roles may create some. */
extern bool dbcpg_searches_schema(Oid relation);

/* Sets the search path to the schema of a table until the GUC level ends, if it
 * is searched. */
extern void dbcpg_set_search_path(Oid relation);

/* Switches to a role of core/trust.h until dbcpg_restore_identity(); rows
 * hidden by row security are an error. */
extern void dbcpg_switch_to_role(Oid role, dbcpg_execution_identity *identity);

/* Prepares a statement through SPI as such a role; sets *role to the role to
 * run it as; fails if SPI does. */
extern SPIPlanPtr dbcpg_prepare_as_owner(const char *text, int nargs,
										 Oid *types, Oid *role);

/* Switches to the role that this, or one of the calls for callers, has found. */
extern void dbcpg_switch_to_reader(Oid role,
								   dbcpg_execution_identity *identity);

/* Runs a read-only query through SPI with no more rights than the owners of
 * its tables have; returns a result code of SPI. */
extern int dbcpg_execute_as_owner(const char *text);

/* The same for what callers may do by rights of their own: a caller with the
 * rights of all owners runs it with no more rights than they have, others as a
 * statement of theirs. */
extern SPIPlanPtr dbcpg_prepare_for_caller(const char *text, Oid *role);
/* A hook of the parser, unless it is NULL, finds the parameters. */
extern SPIPlanPtr dbcpg_prepare_params_for_caller(const char *text,
												  ParserSetupHook hook,
												  void *arg, Oid *role);
/* The same with a choice of the role. */
extern SPIPlanPtr dbcpg_prepare_with_role(const char *text,
										  Oid (*choose)(List *), Oid *role);
/* The role to run a kept plan as; false if the plan is no longer valid. */
extern bool dbcpg_find_role_of_plan(SPIPlanPtr plan, Oid *role);
extern void dbcpg_switch_for_caller(Oid role,
									dbcpg_execution_identity *identity);

/* ---- core/owner_plan.c ---- */

/* Fails if a result code of SPI is an error. */
extern void dbcpg_require_spi_success(int code);

/* Runs a plan of a statement of dbcare through SPI: what the statement runs,
 * such as triggers, has the caller's search_path, if the call has another one.
 * Returns a result code of SPI, and no particular one after success. */
extern int dbcpg_execute_planned(const dbcpg_host *host, SPIPlanPtr plan,
								 ParamListInfo params, bool read_only);

/* Whether a plan is analyzed again before it runs, by the names of its text: only
 * plans that are kept are, when a schema was renamed, too. */
extern bool dbcpg_is_stale(SPIPlanPtr plan);

/* Fails unless a plan is about the table with an OID, whose name its text has, and
 * no view.  For plans that run as a role which was chosen by that OID, before each
 * execution: whoever has made the analysis wait for a lock may have given the name
 * to another relation. */
extern void dbcpg_require_plan_of(SPIPlanPtr plan, Oid relation);

/* Whether a kept plan, which is generic, is about the table, and no view.  It is
 * until it runs, if that is the next thing to happen. */
extern bool dbcpg_is_plan_of(SPIPlanPtr plan, Oid relation);

/* Runs the text of a statement as dbcpg_execute_planned() a plan. */
extern int dbcpg_execute_own(const dbcpg_host *host, const char *text,
							 bool read_only);

/* ---- core/owner_script.c ---- */

/* Runs a statement of a repair, or another one that is no query, through SPI
 * with no more rights than the owners of the changed objects have; fails unless
 * it knows whose code the statement runs.  Returns a result code of SPI. */
extern int dbcpg_execute_repair(dbcpg_host *host, const char *text);

/* Runs a statement for the caller, see dbcpg_prepare_for_caller(); one that is no
 * query as a statement of a repair. */
extern int dbcpg_execute_for_caller(dbcpg_host *host, const char *text,
									bool read_only);

#endif /* DBCPG_CORE_OWNER_H */
