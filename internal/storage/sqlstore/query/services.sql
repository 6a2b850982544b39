-- name: Service :one
SELECT * FROM services WHERE id = $1 AND tenant_id = $2;

-- name: InsertService :one
INSERT INTO services (tenant_id, customer_id, order_id, type_id, number, number_key, circuit_number, circuit_key,
    carrier_customer_id, carrier_key, description, provider_id, provider_account, package_id, program_id, status,
    fields, created_at, activated_at, disconnected_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
RETURNING id;

-- name: UpdateService :execrows
UPDATE services
SET type_id = @type_id, number = @number, number_key = @number_key, circuit_number = @circuit_number,
    circuit_key = @circuit_key, carrier_customer_id = @carrier_customer_id, carrier_key = @carrier_key,
    description = @description, provider_id = @provider_id, provider_account = @provider_account,
    package_id = @package_id, program_id = @program_id, status = @status, fields = @fields,
    activated_at = @activated_at, disconnected_at = @disconnected_at
WHERE id = @id AND tenant_id = @tenant_id;
