-- name: Account :one
SELECT * FROM accounts WHERE id = $1;

-- name: AccountByName :one
SELECT * FROM accounts WHERE tenant_id = $1 AND name_key = $2;

-- name: AccountByLoginName :one
SELECT * FROM accounts WHERE kind = $1 AND login_key = CAST(@login_key AS TEXT);

-- name: CountAccounts :many
WITH RECURSIVE below (id) AS (
    SELECT top.id FROM tenants AS top WHERE top.id = @tenant_id
    UNION
    SELECT child.id FROM tenants AS child JOIN below ON child.parent_id = below.id
)
SELECT accounts.tenant_id, COUNT(*) AS accounts FROM accounts
WHERE accounts.tenant_id IN (SELECT below.id FROM below)
GROUP BY accounts.tenant_id;

-- Standing is one statement, so that it is one consistent state by itself.
-- name: Standing :one
WITH RECURSIVE above (id, parent_id, disabled_at) AS (
    SELECT own.id, own.parent_id, own.disabled_at
    FROM tenants AS own JOIN accounts AS a ON a.tenant_id = own.id
    WHERE a.id = @id
    UNION
    SELECT up.id, up.parent_id, up.disabled_at FROM tenants AS up JOIN above ON up.id = above.parent_id
)
SELECT sqlc.embed(accounts), sqlc.embed(tenants), sqlc.embed(roles),
    COALESCE(agents.tenant_id, 0) AS agent_tenant_id,
    COALESCE(agents.number, '') AS agent_number,
    COALESCE(agents.name, '') AS agent_name,
    CAST((SELECT COUNT(*) FROM above WHERE above.disabled_at IS NOT NULL) AS BIGINT) AS disabled_tenants
FROM accounts
JOIN tenants ON tenants.id = accounts.tenant_id
JOIN roles ON roles.name = accounts.role
LEFT JOIN agents ON agents.id = accounts.agent_id
WHERE accounts.id = @id;

-- InsertAccount gives no row when the name or the login name is taken.
-- name: InsertAccount :one
INSERT INTO accounts (tenant_id, agent_id, kind, name, name_key, login_name, login_key, role, password_hash,
    password_weak_at, version, session_idle, session_cap, cap_policy, created_at, disabled_at, first_name, last_name,
    email, phone, department, disabled_as)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: UpdateAccount :execrows
UPDATE accounts
SET agent_id = $2, login_name = $3, login_key = $4, role = $5, session_idle = $6, session_cap = $7, cap_policy = $8,
    first_name = $9, last_name = $10, email = $11, phone = $12, department = $13
WHERE id = $1;

-- name: SetPassword :execrows
UPDATE accounts SET password_hash = $2, password_weak_at = $3, version = version + 1 WHERE id = $1;

-- name: UpgradePassword :exec
UPDATE accounts SET password_hash = @upgraded WHERE id = @id AND password_hash = @old;

-- name: DisableAccount :execrows
UPDATE accounts
SET disabled_at = CAST(@disabled_at AS BIGINT), disabled_as = @disabled_as, version = version + 1
WHERE id = @id AND disabled_at IS NULL;

-- name: EnableAccount :execrows
UPDATE accounts SET disabled_at = NULL, disabled_as = '' WHERE id = $1;
