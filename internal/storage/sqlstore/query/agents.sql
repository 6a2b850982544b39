-- name: Agent :one
SELECT * FROM agents WHERE id = $1;

-- name: AgentByNumber :one
SELECT * FROM agents WHERE tenant_id = $1 AND number = $2;

-- InsertAgent gives no row when the number is taken.
-- name: InsertAgent :one
INSERT INTO agents (tenant_id, number, name)
VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, number) DO NOTHING
RETURNING id;
