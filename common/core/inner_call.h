/*
 * inner_call.h
 *	  Functions of dbcare that another one calls, for the same user.
 */
#ifndef DBC_CORE_INNER_CALL_H
#define DBC_CORE_INNER_CALL_H

#include "common/core/json.h"

/* The declaration of a function, or NULL. */
extern const dbc_function *dbc_find_function(const char *name);

/*
 * Calls a WRITE function that returns JSON, with the members of an object for
 * its arguments: text, or for JSON any value.  A text may be an object with one
 * for each engine.  Returns the result.  Fails for members that are no
 * arguments, and [PG] if the user may not call the function.  The call leaves
 * no event: that of the outer function is enough.
 */
extern const char *dbc_call_inner(dbc_host *host, const char *function,
								  const dbc_json_item *arguments);

/* A statement that changes the schema, and the object it is about. */
typedef struct dbc_waiting_statement
{
	const char *object;
	const char *text;
} dbc_waiting_statement;

/* Calls of one function. */
typedef struct dbc_call_list
{
	bool more;					 /* others follow the running one */
	bool prepared;				 /* what is done once for all was done */
	const dbc_function *allowed; /* the user may call it */
	dbc_waiting_statement *waiting;
	int nwaiting;
} dbc_call_list;

/* Begins and ends a list of such calls; its caller sets more for each. */
extern void dbc_begin_calls(dbc_host *host, dbc_call_list *list);
extern void dbc_end_calls(dbc_host *host);

/* Whether work that is about all calls of a list can be left to a later one. */
extern bool dbc_more_calls_follow(const dbc_host *host);

/* Whether work that must be done before the calls of a list is still to be
 * done; it is, then. */
extern bool dbc_prepare_calls(dbc_host *host);

/* Runs a statement that changes the schema for an object.  Where it unprepares
 * every other statement, those of a list of calls wait for its end. */
extern void dbc_run_later(dbc_host *host, const char *object, const char *text);

/* Runs the statements that wait, if one of them is about an object; NULL:
 * any. */
extern void dbc_run_waiting(dbc_host *host, const char *object);

#endif /* DBC_CORE_INNER_CALL_H */
