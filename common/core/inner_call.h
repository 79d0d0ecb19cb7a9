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

#endif /* DBC_CORE_INNER_CALL_H */
