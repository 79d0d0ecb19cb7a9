/*
 * traits.h
 *	  What PostgreSQL is like.
 */
#ifndef DBCPG_CORE_TRAITS_H
#define DBCPG_CORE_TRAITS_H

#include "common/core/traits.h"

extern const dbc_traits dbcpg_traits;

#endif /* DBCPG_CORE_TRAITS_H */
