/*
 * traits.c
 *	  What PostgreSQL is like, with the extension and over a connection.
 */
#include "pg_ext/core/traits.h"

const dbc_traits dbcpg_traits = {.booleans = true,
								 .typed_columns = true,
								 .decimals = true,
								 .microseconds = true,
								 .nulls_last = true,
								 .schemas = true,
								 .case_matters = true,
								 .lasting_numbers = true,
								 .inheritance = true,
								 .sequences = true,
								 .included_columns = true,
								 .escapes = true,
								 .overloads = true,
								 .numbered_parameters = true,
								 .lateral = true,
								 .most_parameters = 500,
								 .catalog = "pg_catalog.",
								 .quote_value = "pg_catalog.quote_nullable",
								 .counts_scans = true,
								 .costs = true};
