/*
 * role.h
 *	  The role of a session, which code must not leave while a call runs.
 */
#ifndef DBCPG_CORE_ROLE_H
#define DBCPG_CORE_ROLE_H

#include "pg_ext/core/host.h"

#define DBCPG_FIXED_ROLE_HINT                                                 \
	"A call with the option role runs scripts as that role only. Remove the " \
	"statements that change the role, or remove the option."

#define DBCPG_TAKEN_ROLE_HINT                                            \
	"This session has taken a role, and scripts run as that role only: " \
	"RESET ROLE before the call, or remove the statements that change "  \
	"the role."

/* Sets the role until the current GUC level ends, unless role is NULL. */
extern void dbcpg_set_role(const char *role);

/* Make SET ROLE, SET SESSION AUTHORIZATION and the like fail in this process,
 * or end that; returns whether they did before. */
extern bool dbcpg_fix_role(bool fixed);

/* The same if the session has another role than that of its login. */
extern bool dbcpg_fix_taken_role(void);

/* Whether they fail, and whether an error says so. */
extern bool dbcpg_is_role_fixed(void);
extern bool dbcpg_is_of_fixed_role(const ErrorData *error);

/* Whether code that could leave the role would become superuser. */
extern bool dbcpg_hides_superuser(void);

#endif /* DBCPG_CORE_ROLE_H */
