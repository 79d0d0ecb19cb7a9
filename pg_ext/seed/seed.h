/*
 * seed.h
 *	  Passwords and secrets of seeds.
 */
#ifndef DBCPG_SEED_SEED_H
#define DBCPG_SEED_SEED_H

#include "pg_ext/core/host.h"

/* Declares dbcare.seed_environment, which only superusers can change. */
extern void dbcpg_seed_define_parameters(void);

#endif /* DBCPG_SEED_SEED_H */
