package org.elasticsearch;

/** What OpenSearch calls the versions of Elasticsearch before it, for {@code analysis-common}. */
public final class LegacyESVersion extends Version {

    public static final LegacyESVersion V_6_2_0 = of(Version.fromString("6.2.0"));
    public static final LegacyESVersion V_6_3_0 = of(Version.fromString("6.3.0"));
    public static final LegacyESVersion V_7_0_0 = of(Version.V_7_0_0);
    public static final LegacyESVersion V_7_3_0 = of(Version.V_7_3_0);
    public static final LegacyESVersion V_7_6_0 = of(Version.V_7_6_0);

    private LegacyESVersion(Version version) {
        super(version.id, version.luceneVersion);
    }

    private static LegacyESVersion of(Version version) {
        return new LegacyESVersion(version);
    }
}
