/*
 * pg_verify_key.c
 *	  Keys of rows as members of keysets.
 *
 * One integer is taken as it is.  Any other key becomes a fingerprint made by
 * the hash functions that belong to its operators, with the collation they are
 * used with, so that what is equal to the operators is equal to the set.
 */
#include "pg_verify.h"

#include "access/hash.h"
#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "parser/parse_coerce.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* What a null adds to a fingerprint. */
#define NULL_HASH UINT64CONST(0x6e756c6c)

/* Whether a type is an integer that sets take as it is, or a domain of one. */
bool
dbcpg_is_integer(Oid type)
{
	Oid base = getBaseType(type);

	return base == INT2OID || base == INT4OID || base == INT8OID;
}

/* The hash functions for both sides of an operator, which must make the same
 * of what it calls equal; false if there are none. */
static bool
find_hash_functions(Oid equality, Oid *left, Oid *right)
{
	CatCList *members = SearchSysCacheList1(AMOPOPID, equality);
	bool found = false;
	int i;

	for (i = 0; i < members->n_members && !found; i++)
	{
		const FormData_pg_amop *member =
			(Form_pg_amop) GETSTRUCT(&members->members[i]->tuple);

		if (member->amopmethod != HASH_AM_OID ||
			member->amopstrategy != HTEqualStrategyNumber)
			continue;
		*left = get_opfamily_proc(member->amopfamily, member->amoplefttype,
								  member->amoplefttype, HASHEXTENDED_PROC);
		*right = get_opfamily_proc(member->amopfamily, member->amoprighttype,
								   member->amoprighttype, HASHEXTENDED_PROC);
		found = OidIsValid(*left) && OidIsValid(*right);
	}
	ReleaseSysCacheList(members);
	return found;
}

/* Whether both sides of an operator can be hashed as they are. */
static bool
find_hashing(Oid equality, Oid left_type, Oid right_type, Oid *left, Oid *right)
{
	Oid left_input;
	Oid right_input;

	op_input_types(equality, &left_input, &right_input);
	return IsBinaryCoercible(left_type, left_input) &&
		   IsBinaryCoercible(right_type, right_input) &&
		   op_hashjoinable(equality, getBaseType(left_type)) &&
		   find_hash_functions(equality, left, right);
}

/* How to hash what operators compare. */
dbcpg_hashing
dbcpg_hashing_of(dbc_host *host, const Oid *operators, const Oid *left,
				 const Oid *right, int n)
{
	dbcpg_hashing hashing = {0};
	int i;

	hashing.left = dbc_alloc(host, ((size_t) n + 1) * sizeof(Oid));
	hashing.right = dbc_alloc(host, ((size_t) n + 1) * sizeof(Oid));
	for (i = 0; i < n; i++)
		if (!OidIsValid(operators[i]) ||
			!find_hashing(operators[i], left[i], right[i], &hashing.left[i],
						  &hashing.right[i]))
			return hashing;
	hashing.possible = true;
	hashing.integers = n == 1 && dbcpg_is_integer(left[0]) &&
					   dbcpg_is_integer(right[0]) &&
					   op_in_opfamily(operators[0], INTEGER_BTREE_FAM_OID);
	return hashing;
}

/* A fingerprint of columns, each hashed by a function. */
void
dbcpg_make_key(dbcpg_key *key, int nparts, const AttrNumber *columns,
			   const Oid *functions, const Oid *collations, uint64 seed)
{
	int i;

	memset(key, 0, sizeof(*key));
	key->nparts = nparts;
	key->seed = seed;
	key->parts = palloc0((Size) nparts * sizeof(*key->parts));
	for (i = 0; i < nparts; i++)
	{
		key->parts[i].column = columns[i];
		key->parts[i].collation = collations[i];
		fmgr_info(functions[i], &key->parts[i].hash);
	}
}

/* An integer of a type as a member of a set. */
static inline uint64
integer_of(Oid type, Datum value)
{
	switch (type)
	{
		case INT2OID:
			return (uint64) (int64) DatumGetInt16(value);
		case INT4OID:
			return (uint64) (int64) DatumGetInt32(value);
		default:
			return (uint64) DatumGetInt64(value);
	}
}

/* The key of a row; returns how many of its parts are null. */
int
dbcpg_read_key(dbcpg_key *key, TupleTableSlot *row, ExprContext *context,
			   uint64 *value)
{
	int nulls = 0;
	int i;

	*value = key->seed;
	for (i = 0; i < key->nparts; i++)
	{
		dbcpg_key_part *part = &key->parts[i];
		uint64 hash = NULL_HASH;
		bool isnull;
		Datum datum = part->expression
						  ? ExecEvalExpr(part->expression, context, &isnull)
						  : slot_getattr(row, part->column, &isnull);

		if (isnull)
			nulls++;
		else if (OidIsValid(key->integer))
		{
			*value = integer_of(key->integer, datum);
			return 0;
		}
		else
			hash = DatumGetUInt64(
				FunctionCall2Coll(&part->hash, part->collation, datum,
								  Int64GetDatum((int64) key->seed)));
		*value = hash_combine64(*value, hash);
	}
	return nulls;
}

/* The column of a table that another one of its family has. */
AttrNumber
dbcpg_column_in(Oid table, Oid other, AttrNumber column)
{
	char *name;

	if (table == other || column == 0)
		return column;
	name = get_attname(table, column, false);
	column = get_attnum(other, name);
	pfree(name);
	return column;
}
