/*
 * host.h
 *	  The host interface of the check room, in addition to core/host.h.
 */
#ifndef DBC_CHECK_HOST_H
#define DBC_CHECK_HOST_H

#include "common/core/host.h"

typedef struct dbc_check_task dbc_check_task; /* see check/check.h */
typedef struct dbc_check_result dbc_check_result;
typedef struct dbc_check_data_rule dbc_check_data_rule;
typedef struct dbc_check_row_violation
	dbc_check_row_violation; /* see check/row.h */

typedef struct dbc_check_repair_step
	dbc_check_repair_step; /* see check/repair.h */

/* What repair() does about the rows of a step. */
typedef enum dbc_repair_action
{
	DBC_ACT_COUNT,	/* tells how many there are */
	DBC_ACT_SAVE,	/* writes down in the bookkeeping what they are */
	DBC_ACT_CHANGE, /* removes or changes those that were kept, and writes down
					 * what has become of them */
	DBC_ACT_RESTORE /* makes them what they were */
} dbc_repair_action;

typedef struct dbc_check_host
{
	/* The tables of the user, those the caller may not read, too, by schema
	 * and name. */
	const dbc_relation *(*tables)(dbc_host *host, int *ntables);

	/*
	 * Verifies the rows of one table in the caller's snapshot, declared
	 * constraints and what else the task names, in one pass wherever the
	 * engine lets it.  Gives *nresults of them: declared ones by kind and
	 * name, then references and rules of the task in their order.  What must
	 * not or cannot be seen is a result with a reason.  Sets of keys take no
	 * more than task->memory bytes, and nothing of them stays.
	 */
	const dbc_check_result *(*verify)(dbc_host *host,
									  const dbc_check_task *task,
									  int *nresults);

	/*
	 * Fails unless the texts of a rule are what they are said to be: one
	 * expression and, if it is not NULL, one condition over the columns of a
	 * table; and so are assignments, those of an UPDATE of it, if not NULL.
	 * Runs none of them.  [PG] Rules run as the owner of the table, so the
	 * caller must be able to act as he.
	 */
	void (*try_rule)(dbc_host *host, const dbc_relation *table,
					 const dbc_check_data_rule *rule, const char *assignments);

	/*
	 * Why a table would not accept a row, a JSON object with a member per
	 * column: *nviolations reasons, those about columns in their order. Nothing
	 * is inserted, no trigger fires, no sequence moves; what depends on a
	 * default not known beforehand is not judged.
	 */
	const dbc_check_row_violation *(*inspect)(dbc_host *host,
											  const dbc_relation *table,
											  const char *row,
											  int *nviolations);

	/*
	 * Acts on rows of one table, which must belong to the caller, and returns
	 * their number; counts and keeps per cause, too.  Neither triggers nor
	 * rules nor foreign keys come into it, and where rows are restored, no
	 * constraint but keys: these rows were there before.  Rows that cannot be
	 * found as the repair has left them are a failure, as is one that could
	 * not be restored later.  Takes no memory per row.
	 */
	int64_t (*repair)(dbc_host *host, dbc_repair_action act,
					  dbc_check_repair_step *step);
} dbc_check_host;

#endif /* DBC_CHECK_HOST_H */
