-- name: Tenant :one
SELECT * FROM tenants WHERE id = $1;

-- name: TenantByCode :one
SELECT * FROM tenants WHERE code_key = $1;

-- name: Tenants :many
SELECT * FROM tenants ORDER BY id;

-- name: TenantWithin :one
WITH RECURSIVE above (id, parent_id) AS (
    SELECT own.id, own.parent_id FROM tenants AS own WHERE own.id = @id
    UNION
    SELECT up.id, up.parent_id FROM tenants AS up JOIN above ON up.id = above.parent_id
)
SELECT COUNT(*) FROM tenants WHERE tenants.id = @upper AND tenants.id IN (SELECT above.id FROM above);

-- name: TenantsBelow :many
WITH RECURSIVE below (id) AS (
    SELECT top.id FROM tenants AS top WHERE top.id = @tenant_id
    UNION
    SELECT child.id FROM tenants AS child JOIN below ON child.parent_id = below.id
)
SELECT * FROM tenants WHERE tenants.id IN (SELECT below.id FROM below) ORDER BY tenants.id;

-- InsertTenant gives no row when the code is taken.
-- name: InsertTenant :one
INSERT INTO tenants (parent_id, kind, code, code_key, name, time_zone, impersonation_off_at, created_at, disabled_at,
    description, web_url, modified_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (code_key) DO NOTHING
RETURNING id;

-- name: UpdateTenant :execrows
UPDATE tenants
SET parent_id = $2, code = $3, code_key = $4, name = $5, time_zone = $6, description = $7, web_url = $8,
    modified_at = $9,
    impersonation_off_at = CASE
        WHEN CAST(sqlc.narg(impersonation_off_at) AS BIGINT) IS NULL THEN NULL
        ELSE COALESCE(impersonation_off_at, CAST(sqlc.narg(impersonation_off_at) AS BIGINT))
    END
WHERE id = $1;

-- name: DisableTenant :execrows
UPDATE tenants SET disabled_at = CAST(@disabled_at AS BIGINT) WHERE id = @id AND disabled_at IS NULL;

-- name: EnableTenant :execrows
UPDATE tenants SET disabled_at = NULL WHERE id = $1;

-- name: RaiseVersionsBelowTenant :exec
WITH RECURSIVE below (id) AS (
    SELECT top.id FROM tenants AS top WHERE top.id = @tenant_id
    UNION
    SELECT child.id FROM tenants AS child JOIN below ON child.parent_id = below.id
)
UPDATE accounts SET version = version + 1 WHERE tenant_id IN (SELECT below.id FROM below);

-- name: EndSessionsBelowTenant :execrows
WITH RECURSIVE below (id) AS (
    SELECT top.id FROM tenants AS top WHERE top.id = @tenant_id
    UNION
    SELECT child.id FROM tenants AS child JOIN below ON child.parent_id = below.id
)
UPDATE sessions
SET ended_at = CAST(@ended_at AS BIGINT), end_reason = @end_reason,
    live_until = CASE WHEN live_until < CAST(@ended_at AS BIGINT) THEN live_until ELSE CAST(@ended_at AS BIGINT) END
WHERE ended_at IS NULL AND (
    subject_id IN (SELECT a.id FROM accounts AS a JOIN below ON below.id = a.tenant_id)
    OR actor_id IN (SELECT a.id FROM accounts AS a JOIN below ON below.id = a.tenant_id)
);
