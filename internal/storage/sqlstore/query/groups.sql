-- name: Group :one
SELECT * FROM account_groups WHERE id = $1;

-- name: GroupByName :one
SELECT * FROM account_groups WHERE tenant_id = $1 AND name_key = $2;

-- name: Groups :many
SELECT * FROM account_groups WHERE tenant_id = $1 ORDER BY id;

-- name: GroupMembers :many
SELECT m.group_id, m.account_id
FROM group_members AS m JOIN account_groups AS g ON g.id = m.group_id
WHERE g.tenant_id = $1
ORDER BY m.group_id, m.account_id;

-- InsertGroup gives no row when the name is taken.
-- name: InsertGroup :one
INSERT INTO account_groups (tenant_id, name, name_key, description, created_at, modified_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (tenant_id, name_key) DO NOTHING
RETURNING id;

-- name: UpdateGroup :execrows
UPDATE account_groups SET description = $2, modified_at = $3 WHERE id = $1;

-- name: DeleteGroupMembers :exec
DELETE FROM group_members WHERE group_id = $1;

-- name: DeleteMemberships :exec
DELETE FROM group_members WHERE account_id = $1;

-- InsertGroupMember counts no row when the group or the account isn't there, or they belong to two tenants.
-- name: InsertGroupMember :execrows
INSERT INTO group_members (group_id, account_id)
SELECT g.id, a.id
FROM account_groups AS g JOIN accounts AS a ON a.tenant_id = g.tenant_id
WHERE g.id = @group_id AND a.id = @account_id
ON CONFLICT (group_id, account_id) DO UPDATE SET account_id = excluded.account_id;
