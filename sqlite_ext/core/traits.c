/*
 * traits.c
 *	  What SQLite is like.
 */
#include "sqlite_ext/core/rooms.h"

/* Each INSERT is prepared, which finds parameters one by one: few of them. */
const dbc_traits dbcsl_traits = {.one_writer = true,
								 .deferrable_keys = true,
								 .schema_unprepares = true,
								 .nul_in_text = true,
								 .most_parameters = 50,
								 .catalog = "",
								 .quote_value = "quote",
								 .one_file = true};
