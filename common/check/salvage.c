/*
 * salvage.c
 *	  dbcheck_salvage: a new file with the rows of a damaged one.
 */
#include "common/check/check.h"
#include "common/core/functions.h"
#include "common/core/json_write.h"

#define SALVAGE_OPTIONS(O) O(restored, TEXT)
DBC_OPTIONS(salvage_options, SALVAGE_OPTIONS);

/* dbcheck_salvage(source, destination, options) */
DBC_RUN(dbcheck_salvage)
{
	const salvage_options *given =
		dbc_read_options(host, &args->options, salvage_options);
	dbc_check_salvage call = {.source = args->source.text,
							  .destination = args->destination.text,
							  .restored = given->restored.text};
	dbc_json_node *result = dbc_json_object(host);

	DBC_CALL(host, check, salvage)(host, &call, result);
	dbc_json_emit(host, result);
}
