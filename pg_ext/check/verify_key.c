/*
 * verify_key.c
 *	  Keys of rows as members of keysets.
 *
 * A single integer is used as it is.  Any other key becomes a fingerprint,
 * computed by the hash functions of its operators' families with the collation
 * of the key, so that keys which the operators call equal are equal in the
 * set.
 *
 * Different keys must have different fingerprints, too, but not all hash
 * functions use all of their 64 bits: those of integers and times fold the
 * value to 32 bits, that of numeric does not distinguish NaN from infinity,
 * that of arrays {{1,2}} from {1,2}.
 */
#include "pg_ext/check/verify.h"

#include "access/hash.h"
#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_amop.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "parser/parse_coerce.h"
#include "utils/catcache.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

/* What a null adds to a fingerprint. */
#define NULL_HASH UINT64CONST(0x6e756c6c)

/* Whether a type is an integer that keysets store as it is, or a domain over
 * one. */
bool
dbcpg_check_is_integer(Oid type)
{
	Oid base = getBaseType(type);

	return base == INT2OID || base == INT4OID || base == INT8OID;
}

/* The hash functions for both sides of an operator, which must be consistent
 * with it; false if there are none. */
static bool
find_hash_functions(Oid equality, Oid *left, Oid *right)
{
	CatCList *members = SearchSysCacheList1(AMOPOPID, equality);
	bool found = false;

	for (int i = 0; i < members->n_members && !found; i++)
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

/* Whether an operator treats a type as an integer. */
static bool
is_integer_inside(Oid type)
{
	switch (type)
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case DATEOID:
		case TIMEOID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return true;
		default:
			return false;
	}
}

/* Whether the hash function of a type distinguishes all values, as far as 64
 * bits can. */
static bool
has_injective_hash(Oid type)
{
	switch (type)
	{
		case ANYENUMOID:
		case BOOLOID:
		case BPCHAROID:
		case BYTEAOID:
		case CHAROID:
		case FLOAT4OID:
		case FLOAT8OID:
		case INETOID:
		case MACADDROID:
		case MACADDR8OID:
		case NAMEOID:
		case NUMERICOID:
		case OIDOID:
		case TEXTOID:
		case UUIDOID:
			return true;
		default:
			return is_integer_inside(type);
	}
}

/* Finds the hash functions for both sides of one operator of a key; false if
 * there are none. */
static bool
find_hashing(dbcpg_check_key_hashing *hashing, int part, Oid equality,
			 Oid left_type, Oid right_type)
{
	Oid left;
	Oid right;

	op_input_types(equality, &left, &right);
	if (!IsBinaryCoercible(left_type, left) ||
		!IsBinaryCoercible(right_type, right) ||
		!op_hashjoinable(equality, getBaseType(left_type)) ||
		!find_hash_functions(equality, &hashing->left[part],
							 &hashing->right[part]))
		return false;
	hashing->injective &= has_injective_hash(left) && has_injective_hash(right);
	if (is_integer_inside(left) && is_integer_inside(right))
		hashing->left[part] = hashing->right[part] = InvalidOid;
	return true;
}

dbcpg_check_key_hashing
dbcpg_check_find_key_hashing(dbc_host *host, const Oid *operators,
							 const Oid *left, const Oid *right, int n)
{
	dbcpg_check_key_hashing hashing = {.injective = true};

	hashing.left = dbc_alloc(host, ((size_t) n + 1) * sizeof(Oid));
	hashing.right = dbc_alloc(host, ((size_t) n + 1) * sizeof(Oid));
	for (int i = 0; i < n; i++)
		if (!OidIsValid(operators[i]) ||
			!find_hashing(&hashing, i, operators[i], left[i], right[i]))
			return hashing;
	hashing.possible = true;
	hashing.integers = n == 1 && dbcpg_check_is_integer(left[0]) &&
					   dbcpg_check_is_integer(right[0]) &&
					   op_in_opfamily(operators[0], INTEGER_BTREE_FAM_OID);
	return hashing;
}

void
dbcpg_check_make_key(dbcpg_check_key *key, int nparts,
					 const AttrNumber *columns, const Oid *types,
					 const Oid *functions, const Oid *collations, uint64 seed)
{
	memset(key, 0, sizeof(*key));
	key->nparts = nparts;
	key->seed = seed;
	key->parts = palloc0((Size) nparts * sizeof(*key->parts));
	for (int i = 0; i < nparts; i++)
	{
		key->parts[i].column = columns[i];
		key->parts[i].collation = collations[i];
		if (OidIsValid(functions[i]))
			fmgr_info(functions[i], &key->parts[i].hash);
		else
			key->parts[i].width = get_typlen(types[i]);
	}
}

/* An integer of so many bytes as a keyset member. */
static inline uint64
integer_of(int width, Datum value)
{
	switch (width)
	{
		case sizeof(int16):
			return (uint64) (int64) DatumGetInt16(value);
		case sizeof(int32):
			return (uint64) (int64) DatumGetInt32(value);
		default:
			return (uint64) DatumGetInt64(value);
	}
}

/* Adds a value that is not an integer to a fingerprint. */
static uint64
hash_value(dbcpg_check_key_part *part, uint64 seed, Datum value)
{
	uint64 hash = DatumGetUInt64(FunctionCall2Coll(
		&part->hash, part->collation, value, Int64GetDatum((int64) seed)));
	const char *text;

	/* NaN or infinity */
	if (hash == seed && part->hash.fn_oid == F_HASH_NUMERIC_EXTENDED)
	{
		text = DatumGetCString(DirectFunctionCall1(numeric_out, value));
		hash = dbc_check_key_fingerprint(seed, text, strlen(text));
	}
	return hash;
}

int
dbcpg_check_read_key(dbcpg_check_key *key, TupleTableSlot *row,
					 ExprContext *context, uint64 *value)
{
	int nulls = 0;

	*value = key->seed;
	for (int i = 0; i < key->nparts; i++)
	{
		dbcpg_check_key_part *part = &key->parts[i];
		uint64 hash = NULL_HASH;
		bool isnull;
		Datum datum = part->expression
						  ? ExecEvalExpr(part->expression, context, &isnull)
						  : slot_getattr(row, part->column, &isnull);

		if (isnull)
			nulls++;
		else if (part->width > 0)
		{
			uint64 integer = integer_of(part->width, datum);

			if (key->exact)
			{
				*value = integer;
				return 0;
			}
			hash =
				dbc_check_key_fingerprint(key->seed, &integer, sizeof(integer));
		}
		else
			hash = hash_value(part, key->seed, datum);
		*value = hash_combine64(*value, hash);
	}
	return nulls;
}

/* The number that a column of a table has in another table of the same
 * partition tree. */
AttrNumber
dbcpg_check_map_column(Oid table, Oid other, AttrNumber column)
{
	char *name;

	if (table == other || column == 0)
		return column;
	name = get_attname(table, column, false);
	column = get_attnum(other, name);
	pfree(name);
	return column;
}
