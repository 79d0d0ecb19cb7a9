/*
 * host.c
 *	  The user's schema, by the SQL of the extension.
 */
#include "wire/core/rooms.h"

#include <sys/resource.h>

#include "pg_ext/migrate/schema.h"
#include "wire/migrate/track.h"

/* Bytes of the stack that are left to what is called. */
#define RESERVE (1 << 20)

bool
dbcpg_migrate_stack_is_deep(void)
{
	static const char *first = NULL;
	char here;
	struct rlimit limit;
	size_t used;

	/* the first call is near the start of the stack */
	if (!first)
		first = &here;
	used = (size_t) (first > &here ? first - &here : &here - first);
	return getrlimit(RLIMIT_STACK, &limit) == 0 &&
		   limit.rlim_cur != RLIM_INFINITY && limit.rlim_cur > 2 * RESERVE &&
		   used > limit.rlim_cur - 2 * RESERVE;
}

const dbc_migrate_host dbcw_migrate_host = {
	.schema = dbcpg_migrate_list_schema,
	.store_schema = dbcpg_migrate_store_schema,
	.preview = dbcpg_migrate_preview,
	.diff = dbcpg_migrate_diff,
	.track = dbcw_migrate_track,
	.touched = dbcw_migrate_touched,
};
