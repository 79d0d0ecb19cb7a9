/*
 * tables.c
 *	  The tables of a database.  Rows are verified by the extension only.
 */
#include "wire/core/relation.h"
#include "wire/core/rooms.h"

#include "common/check/host.h"

const dbc_check_host dbcw_check_host = {
	.tables = dbcw_list_tables,
};
