/*
 * stack.c
 *	  The limit of recursion in a server process.
 */
#include "pg_ext/core/compat.h"
#include "pg_ext/migrate/schema.h"

bool
dbcpg_migrate_stack_is_deep(void)
{
	return stack_is_too_deep();
}
