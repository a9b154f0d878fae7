// The Elasticsearch exporter of the OpenTelemetry collector, fed as a receiver with
// retry_on_failure feeds it (filelog, for one): what it refuses is offered again.
//
// Usage: otel CONFIG COUNT. Prints {"accepted": N} when the exporter has taken all.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/elasticsearchexporter"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"gopkg.in/yaml.v3"
)

const batch = 500

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file string, countText string) error {
	count, err := strconv.Atoi(countText)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var collector map[string]any
	if err := yaml.Unmarshal(text, &collector); err != nil {
		return err
	}
	section, err := confmap.NewFromStringMap(collector).Sub("exporters::elasticsearch")
	if err != nil {
		return err
	}
	factory := elasticsearchexporter.NewFactory()
	config := factory.CreateDefaultConfig()
	if err := section.Unmarshal(config); err != nil {
		return err
	}
	ctx := context.Background()
	settings := exportertest.NewNopSettingsWithType(component.MustNewType("elasticsearch"))
	exporter, err := factory.CreateLogs(ctx, settings, config)
	if err != nil {
		return err
	}
	if err := exporter.Start(ctx, componenttest.NewNopHost()); err != nil {
		return err
	}
	refused := 0
	for first := 0; first < count; first += batch {
		if first >= count/2 && first < count/2+batch {
			// The second half waits for a line of input.
			bufio.NewReader(os.Stdin).ReadString('\n')
		}
		logs := makeLogs(first, min(first+batch, count))
		wait := time.Second
		for exporter.ConsumeLogs(ctx, logs) != nil {
			refused++
			time.Sleep(wait)
			wait = min(wait*3/2, 30*time.Second)
		}
	}
	if err := exporter.Shutdown(ctx); err != nil {
		return err
	}
	fmt.Printf("{\"accepted\": %d, \"refused\": %d}\n", count, refused)
	return nil
}

func makeLogs(from int, to int) plog.Logs {
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for n := from; n < to; n++ {
		kind := "shown"
		if n%5 == 0 {
			kind = "hidden"
		}
		record := records.AppendEmpty()
		record.SetTimestamp(pcommon.NewTimestampFromTime(time.Now()))
		record.Body().SetStr(fmt.Sprintf("line %d %s", n, kind))
	}
	return logs
}
