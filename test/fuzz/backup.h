/*
 * backup.h
 *	  Fuzz targets that are files of backups.
 */
#ifndef DBC_FUZZ_BACKUP_H
#define DBC_FUZZ_BACKUP_H

#include <stddef.h>
#include <stdint.h>

/* Where the files are, for statements: a directory of backups with one that is
 * called "b". */
extern const char *fuzz_backup_directory(void);

/* Makes that backup of an input: its manifest without the seal, the result of
 * its last verification, a stream of pages as it is, or the chunks of one,
 * whose tags are made right. */
extern void fuzz_backup_manifest(const uint8_t *data, size_t size);
extern void fuzz_backup_verified(const uint8_t *data, size_t size);
extern void fuzz_backup_stream(const uint8_t *data, size_t size);
extern void fuzz_backup_chunks(const uint8_t *data, size_t size);

#endif /* DBC_FUZZ_BACKUP_H */
