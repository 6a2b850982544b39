-- name: InventoryItem :one
SELECT * FROM inventory_items WHERE id = $1 AND tenant_id = $2;

-- InsertInventoryItem gives no row when the tenant has an item of the kind with the identifier.
-- name: InsertInventoryItem :one
INSERT INTO inventory_items (tenant_id, type_id, kind, identifier, identifier_key, status, customer_id, service_id,
    product_id, assigned_at, reason_id, note, fields, msid, msl, mdn, mdn_key, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (tenant_id, identifier_key, kind) DO NOTHING
RETURNING id;

-- AssignInventoryItem is the one way by which an item gets to somebody: of any number of calls for different customers one wins.
-- name: AssignInventoryItem :execrows
UPDATE inventory_items
SET status = 'ASSIGNED', customer_id = @customer_id, service_id = @service_id, product_id = @product_id,
    assigned_at = @assigned_at, reason_id = 0
WHERE id = @id AND tenant_id = @tenant_id AND (
    status = 'AVAILABLE'
    OR status = 'ASSIGNED' AND customer_id = @customer_id AND service_id IN (0, @service_id) AND product_id IN (0, @product_id)
);

-- name: ReleaseInventoryItem :execrows
UPDATE inventory_items
SET status = @status, reason_id = @reason_id, note = @note, customer_id = 0, service_id = 0, product_id = 0,
    assigned_at = NULL
WHERE id = @id AND tenant_id = @tenant_id AND status = 'ASSIGNED';
