/*
 * files.c
 *	  Files of the server, which a connection cannot read.
 */
#include "wire/core/rooms.h"

#include "common/format/host.h"

static const dbc_directory_entry *
list_directory(dbc_host *host, const char *path, int *count)
{
	(void) count;
	dbc_fail(host, DBC_UNSUPPORTED, NULL,
			 "Pass the files as a JSON object, {\"file name\": \"text\"}.",
			 "directory \"%s\" of the server cannot be read over the "
			 "connection",
			 path);
	return NULL;
}

const dbc_format_host dbcw_format_host = {.list_directory = list_directory};
