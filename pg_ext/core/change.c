/*
 * change.c
 *	  What a session learns of changes of catalogs.
 *
 * Whoever changes a catalog that PostgreSQL caches tells all sessions of it when
 * the change is committed, and his own session at once; also of its end, when it
 * is rolled back.
 *
 * catalog										learnt of by
 * pg_class, pg_attribute, pg_index, pg_inherits,
 * pg_trigger, pg_policy, pg_attrdef			the relation cache
 * others										the cache of their rows
 */
#include "pg_ext/core/change.h"

#include "utils/inval.h"
#include "utils/syscache.h"

static uint64 changes;

static void
note_relation(Datum argument, Oid relation)
{
	(void) argument;
	(void) relation;
	changes++;
}

static void
note_object(Datum argument, int cache, uint32 hash)
{
	(void) argument;
	(void) cache;
	(void) hash;
	changes++;
}

static void
listen(void)
{
	/* the members of roles come with two caches */
	static const int caches[] = {
		AMOPOPID,  AUTHMEMROLEMEM, AUTHOID,			 CASTSOURCETARGET,
		CLAOID,	   COLLOID,		   CONSTROID,		 DATABASEOID,
		ENUMOID,   NAMESPACEOID,   OPEROID,			 OPFAMILYOID,
		PROCOID,   STATEXTOID,	   FOREIGNSERVEROID, TSCONFIGOID,
		TSDICTOID, TYPEOID};

	CacheRegisterRelcacheCallback(note_relation, (Datum) 0);
	for (size_t i = 0; i < lengthof(caches); i++)
		CacheRegisterSyscacheCallback(caches[i], note_object, (Datum) 0);
}

uint64
dbcpg_count_changes(void)
{
	static bool listens;

	if (!listens)
		listen();
	listens = true;
	return changes;
}
