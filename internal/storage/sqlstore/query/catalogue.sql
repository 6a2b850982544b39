-- name: CatalogueRevision :one
SELECT revision FROM catalogues WHERE tenant_id = $1;

-- name: TaxEngine :one
SELECT tax_engine FROM catalogues WHERE tenant_id = $1;

-- NextCatalogueRevision locks the tenant's row until the transaction ends.
-- name: NextCatalogueRevision :one
INSERT INTO catalogues (tenant_id, revision, tax_engine)
VALUES ($1, 1, '')
ON CONFLICT (tenant_id) DO UPDATE SET revision = catalogues.revision + 1
RETURNING revision;

-- name: SetTaxEngine :exec
INSERT INTO catalogues (tenant_id, revision, tax_engine)
VALUES ($1, 0, $2)
ON CONFLICT (tenant_id) DO UPDATE SET tax_engine = excluded.tax_engine;

-- name: CatalogueEntries :many
SELECT kind, id, body FROM catalogue_entries WHERE tenant_id = $1 ORDER BY kind, id;

-- name: PutCatalogueEntry :exec
INSERT INTO catalogue_entries (tenant_id, kind, id, body)
VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, kind, id) DO UPDATE SET body = excluded.body;

-- name: ZipCode :one
SELECT CAST(EXISTS (SELECT 1 FROM zip_codes AS z WHERE z.tenant_id = @tenant_id AND z.zip = @zip) AS INTEGER) AS known,
    CAST(EXISTS (SELECT 1 FROM zip_codes AS z WHERE z.tenant_id = @tenant_id) AS INTEGER) AS listed;

-- name: DeleteZipCodes :exec
DELETE FROM zip_codes WHERE tenant_id = $1;
