/*
 * role.c
 *	  The role of a session, which code must not leave while a call runs.
 *
 * A session that has taken a role (SET ROLE, SET SESSION AUTHORIZATION, or
 * ALTER DATABASE ... SET role by the owner of the database) has the rights of
 * that role, but whatever code runs in it may take back those of its login.  So
 * code that is trusted with the role would be trusted with the login.  While a
 * call runs, nothing changes the role but dbcare for the option role.
 *
 * A function with SECURITY DEFINER is kept from it by the security context,
 * which ends with each commit of a procedure: that would leave deferred
 * triggers, and the rest of the procedure.  Who may set a parameter does not.
 */
#include "pg_ext/core/role.h"
#include "pg_ext/core/parameters.h"

#include "miscadmin.h"

static bool is_fixed = false;

bool
dbcpg_fix_role(bool fixed)
{
	bool before = is_fixed;

	if (fixed != before)
	{
		/* no session may set what is set for the whole server */
		dbcpg_set_parameter_context("role", fixed ? PGC_SIGHUP : PGC_USERSET);
		dbcpg_set_parameter_context("session_authorization",
									fixed ? PGC_SIGHUP : PGC_USERSET);
	}
	is_fixed = fixed;
	return before;
}

bool
dbcpg_fix_taken_role(void)
{
	return dbcpg_fix_role(is_fixed || GetUserId() != GetAuthenticatedUserId());
}

bool
dbcpg_is_role_fixed(void)
{
	return is_fixed;
}

bool
dbcpg_is_of_fixed_role(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_CANT_CHANGE_RUNTIME_PARAM &&
		   (strstr(error->message, "\"role\"") ||
			strstr(error->message, "\"session_authorization\""));
}

bool
dbcpg_hides_superuser(void)
{
	return !superuser() && (superuser_arg(GetAuthenticatedUserId()) ||
							superuser_arg(GetSessionUserId()));
}

void
dbcpg_set_role(const char *role)
{
	bool fixed;

	if (!role)
		return;
	fixed = dbcpg_fix_role(false);
	PG_TRY();
	{
		dbcpg_set_parameter("role", dbcpg_from_core(role));
	}
	PG_FINALLY();
	{
		(void) dbcpg_fix_role(fixed);
	}
	PG_END_TRY();
}
