package integration

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// mysqlTables are the scripts that make the server's own tables; after them, the database of the test.
var mysqlTables = []string{"mysql_system_tables.sql", "mysql_system_tables_data.sql"}

const mysqlUser = `DELETE FROM mysql.global_priv WHERE User='';
FLUSH PRIVILEGES;
CREATE USER app@'%' IDENTIFIED BY 's3cret';
GRANT ALL ON app.* TO app@'%';
`

// startMySQL makes a database of MariaDB and serves it, by another user than root.
func startMySQL(t *testing.T, dir, cert, key string) int {
	data, users, serverKey := filepath.Join(dir, "mysql"), filepath.Join(dir, "mysql.sql"), filepath.Join(dir, "mysql.key")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, users, mysqlUser)
	write(t, serverKey, read(t, key))
	if err := os.Chmod(serverKey, 0o600); err != nil {
		t.Fatal(err)
	}
	as := unprivileged(t, dir, data, users, serverKey)
	run := func(args ...string) *exec.Cmd {
		cmd := exec.Command(serverProgram(t, "mariadbd"), append([]string{"--no-defaults", "--datadir=" + data, "--lc-messages-dir=/usr/share/mysql", "--skip-log-bin",
			"--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M", "--innodb-flush-log-at-trx-commit=0", "--socket=" + filepath.Join(data, "socket"), "--pid-file=" + filepath.Join(data, "pid")}, args...)...)
		cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "TZ=UTC"}, as
		return cmd
	}
	bootstrap := run("--bootstrap")
	bootstrap.Stdin = bytes.NewReader(mysqlBootstrap(t))
	if out, err := bootstrap.CombinedOutput(); err != nil {
		t.Fatalf("cannot make a database: %v\n%s", err, out)
	}
	port := freePort(t)
	startServer(t, run("--bind-address="+upstreamAddress, "--port="+strconv.Itoa(port), "--init-file="+users, "--ssl-cert="+cert, "--ssl-key="+serverKey), port)
	return port
}

func mysqlBootstrap(t *testing.T) []byte {
	script := []byte("create database mysql;\nuse mysql;\n")
	for _, name := range mysqlTables {
		b, err := os.ReadFile(filepath.Join("/usr/share/mysql", name))
		if err != nil {
			t.Fatal(err)
		}
		script = append(script, b...)
	}
	return append(script, "\ncreate database app;\n"...)
}
