/*
 * salvage.c
 *	  dbcheck_salvage: what is left of a damaged file or table, and what a
 * backup has of the rest.
 */
#include "common/salvage/salvage.h"

#include "common/check/check.h"
#include "common/core/functions.h"
#include "common/core/json_write.h"
#include "common/core/options.h"

/* dbcheck_salvage(source, destination, options) */
DBC_RUN(dbcheck_salvage)
{
	const dbcheck_salvage_options *given =
		dbc_read_options(host, &args->options, dbcheck_salvage_options);
	dbc_check_salvage call = {.source = args->source.text,
							  .destination = args->destination.text,
							  .restored = given->restored.text};
	dbc_json_node *result = dbc_json_object(host);

	if (DBC_ROOM(host, check)->salvage)
		DBC_ROOM(host, check)->salvage(host, &call, result);
	else
		dbc_salvage_table(
			host, &call, given->directory.text,
			dbc_backup_read_place(host, "decrypt", given->decrypt.text),
			result);
	dbc_json_emit(host, result);
}
