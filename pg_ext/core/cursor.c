/*
 * cursor.c
 *	  Cursors of dbcare, out of reach of code that runs between two fetches.
 */
#include "pg_ext/core/cursor.h"
#include "pg_ext/core/random.h"

#include "executor/spi.h"
#include "utils/memutils.h"

const char *
dbcpg_name_cursor(void)
{
	static char name[NAMEDATALEN];

	snprintf(name, sizeof(name), "dbcare %016llx%016llx", dbcpg_make_random(),
			 dbcpg_make_random());
	return name;
}

Portal
dbcpg_keep_cursor(Portal cursor)
{
	/* in pg_cursors, and in pg_backend_memory_contexts */
	cursor->visible = false;
	MemoryContextSetIdentifier(cursor->portalContext, "dbcare");
	PinPortal(cursor);
	return cursor;
}

void
dbcpg_close_cursor(Portal cursor)
{
	UnpinPortal(cursor);
	SPI_cursor_close(cursor);
}
