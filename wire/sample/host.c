/*
 * host.c
 *	  Statement statistics.  Disks and memory of the server are unknown.
 */
#include "wire/core/rooms.h"

#include "pg_ext/sample/sample.h"

const dbc_sample_host dbcw_sample_host = {
	.statements = dbcpg_sample_read_statements,
};
