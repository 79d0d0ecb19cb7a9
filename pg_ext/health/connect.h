/*
 * connect.h
 *	  Connecting to another server.
 */
#ifndef DBCPG_HEALTH_CONNECT_H
#define DBCPG_HEALTH_CONNECT_H

#include "common/core/host.h"

/* Runs a statement that connects to another server; fails after so many
 * seconds. */
extern void dbcpg_health_connect(dbc_host *base, const char *sql, int seconds);

#endif /* DBCPG_HEALTH_CONNECT_H */
