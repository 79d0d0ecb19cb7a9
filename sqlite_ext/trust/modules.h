/*
 * modules.h
 *	  Modules of virtual tables; see trust/modules.c.
 */
#ifndef DBCSL_TRUST_MODULES_H
#define DBCSL_TRUST_MODULES_H

#include "sqlite_ext/core/host.h"

/* Whether a module is one of dbcare, or one that evaluates nothing but tables
 * that trust/reach.c follows. */
extern bool dbcsl_is_safe_module(const char *name);

/* Whether a function or a module has the name of one of dbcare. */
extern bool dbcsl_is_own_name(const char *name);

#endif /* DBCSL_TRUST_MODULES_H */
