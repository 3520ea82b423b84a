using Gearpump.Graph;
using Gearpump.Hosting.Options;
using Microsoft.Extensions.Configuration;

namespace Gearpump.Services.Tests;

public sealed class OptionsReaderTests
{
    [Fact]
    public void Read_Nothing_GivesTheDefaults()
    {
        var (options, errors) = Read();

        errors.ShouldBeEmpty();
        options.Role.ShouldBe("local");
        options.State.ShouldBe(".state");
        options.Listen.ShouldBe("127.0.0.1:0");
        options.CheckpointInterval.ShouldBeNull();
        options.ResumeFailed.ShouldBeTrue();
    }

    [Fact]
    public void Read_ManyWrong_NamesAllAtOnceWithKeyValueAndFix()
    {
        var (_, errors) = Read(
            ("Role", "sorcerer"), ("Listen", "5000"), ("CheckpointInterval", "1ms"), ("RecordBytesMax", "0"), ("Fresh", "maybe"), ("BadInput", "ignore"), ("Delivery", "twice"));

        errors.Count.ShouldBe(7);
        foreach (var (key, value) in new[] { ("Role", "sorcerer"), ("Listen", "5000"), ("CheckpointInterval", "1ms"), ("RecordBytesMax", "0"), ("Fresh", "maybe"), ("BadInput", "ignore"), ("Delivery", "twice") })
        {
            errors.ShouldContain(error => error.StartsWith($"Gearpump:{key} '{value}' ", StringComparison.Ordinal));
        }

        errors.ShouldAllBe(error => !error.Contains('\n'));
    }

    [Fact]
    public void Read_UnknownKey_NamesTheNearestKnownOne()
    {
        var (_, errors) = Read(("ChekpointIntervall", "5s"));

        errors.ShouldHaveSingleItem().ShouldContain("Gearpump:CheckpointInterval");
    }

    [Theory]
    [InlineData("source")]
    [InlineData("processor")]
    public void Read_WorkerWithoutCoordinators_IsRefused(string role)
    {
        var (_, errors) = Read(("Role", role));

        errors.ShouldHaveSingleItem().ShouldContain("Gearpump:Coordinators");
    }

    [Fact]
    public void Read_CoordinatorWithoutJob_IsRefused()
    {
        var (_, errors) = Read(("Role", "coordinator"));

        errors.ShouldHaveSingleItem().ShouldContain("Gearpump:Job");
    }

    [Theory]
    [InlineData("Redis", "redis")]
    [InlineData("Redis", "redis:6379,nonsense=1")]
    [InlineData("Advertise", "processor-0:5000")]
    [InlineData("OwedBytesMax", "0")]
    [InlineData("StartUpTimeout", "forever")]
    public void Read_BadAddressOrBound_IsRefusedByName(string key, string value)
    {
        var (_, errors) = Read((key, value));

        errors.ShouldHaveSingleItem().ShouldStartWith($"Gearpump:{key} '");
    }

    [Theory]
    [InlineData("State", "s3://")]
    [InlineData("State", "s3://b")]
    [InlineData("State", "s3://Bucket/prefix")]
    [InlineData("State", "s3://bucket//prefix")]
    [InlineData("State", "http://bucket/prefix")]
    [InlineData("S3Endpoint", "minio:9000")]
    public void Read_BadPlaceInS3_IsRefusedByName(string key, string value)
    {
        var (_, errors) = Read((key, value));

        errors.ShouldHaveSingleItem().ShouldStartWith($"Gearpump:{key} '{value}' ");
    }

    [Theory]
    [InlineData("S3AccessKey", "S3SecretKey")]
    [InlineData("S3SecretKey", "S3AccessKey")]
    public void Read_HalfOfTheCredentials_IsRefusedWithoutShowingIt(string given, string missing)
    {
        var (_, errors) = Read((given, "secret-word"));

        var error = errors.ShouldHaveSingleItem();
        error.ShouldStartWith($"Gearpump:{given} ");
        error.ShouldContain($"Gearpump:{missing}");
        error.ShouldNotContain("secret-word");
    }

    [Fact]
    public void Read_AllOfS3_AreTaken()
    {
        var (options, errors) = Read(("State", "s3://bucket/some/prefix"), ("S3Endpoint", "http://minio:9000"), ("S3Region", "eu-north-1"), ("S3AccessKey", "a"), ("S3SecretKey", "b"));

        errors.ShouldBeEmpty();
        (options.State, options.S3Endpoint, options.S3Region, options.S3AccessKey, options.S3SecretKey).ShouldBe(("s3://bucket/some/prefix", "http://minio:9000", "eu-north-1", "a", "b"));
    }

    [Fact]
    public void Read_PasswordOfABadRedis_IsNotShown()
    {
        var (_, errors) = Read(("Redis", "redis,password=secret-word"));

        errors.ShouldHaveSingleItem().ShouldNotContain("secret-word");
    }

    [Fact]
    public void Read_StateIsAFile_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["state"], "");

        var (_, errors) = Read(("State", folder["state"]));

        errors.ShouldHaveSingleItem().ShouldContain("is a file");
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("5s", 5_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    public void Read_Interval_TakesUnits(string text, long milliseconds)
    {
        var (options, errors) = Read(("CheckpointInterval", text));

        errors.ShouldBeEmpty();
        options.CheckpointInterval.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Fact]
    public void Read_AllOfAWorker_AreTaken()
    {
        var (options, errors) = Read(
            ("Role", "processor"), ("Worker", "processor-3"), ("Coordinators", "http://a:1, http://b:2"), ("Delivery", "at-least-once"), ("BadInput", "fail"), ("ParentPipe", "true"));

        errors.ShouldBeEmpty();
        options.Coordinators.ShouldBe(["http://a:1", "http://b:2"]);
        options.Worker.ShouldBe("processor-3");
        options.Delivery.ShouldBe(Delivery.AtLeastOnce);
        options.BadInput.ShouldBe(BadInput.Fail);
        options.ParentPipe.ShouldBeTrue();
        options.ResumeFailed.ShouldBeFalse();
    }

    private static (GearpumpOptions Options, IReadOnlyList<string> Errors) Read(params (string Key, string Value)[] values) =>
        OptionsReader.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value => KeyValuePair.Create($"Gearpump:{value.Key}", (string?)value.Value)))
            .Build());
}
