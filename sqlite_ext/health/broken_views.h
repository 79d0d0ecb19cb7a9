/*
 * broken_views.h
 *	  Views that cannot be read.
 */
#ifndef DBCSL_HEALTH_BROKEN_VIEWS_H
#define DBCSL_HEALTH_BROKEN_VIEWS_H

#include "sqlite_ext/core/host.h"

/* Registers dbcare_broken_views(). */
extern int dbcsl_health_register_broken_views(sqlite3 *db);

#endif /* DBCSL_HEALTH_BROKEN_VIEWS_H */
