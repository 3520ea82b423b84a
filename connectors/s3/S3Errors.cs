using System.Net;
using Amazon.Runtime;

namespace Gearpump.S3;

/// <summary>What an error of the SDK means: asked again, refused for good, or just told.</summary>
internal static class S3Errors
{
    // The SDK leaves the code unset where there was no answer.
    private const HttpStatusCode NoAnswer = default;

    private const string NoCredentials = "Failed to resolve AWS credentials";

    /// <summary>Nobody answered, or the store was too busy: asking again may help.</summary>
    public static bool IsPassing(Exception error) => error switch
    {
        AmazonServiceException service => service.StatusCode is NoAnswer or HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests
            || (service.StatusCode >= HttpStatusCode.InternalServerError && service.StatusCode != HttpStatusCode.NotImplemented)
            || service.ErrorCode is "RequestTimeout" or "RequestTimeTooSkewed" or "SlowDown",
        TimeoutException or HttpRequestException or IOException => true,
        _ => false,
    };

    /// <summary>The answer shows that a create was not applied: a rival's was under way.</summary>
    public static bool IsConflict(Exception error) => error is AmazonServiceException { StatusCode: HttpStatusCode.Conflict };

    /// <summary>The key exists.</summary>
    public static bool IsPreconditionFailed(AmazonServiceException error) => error.StatusCode == HttpStatusCode.PreconditionFailed;

    /// <summary>There is no such object. Every other 404 (a missing bucket, a balancer without a backend) says nothing about it.</summary>
    public static bool IsNoSuchKey(AmazonServiceException error) => error.ErrorCode == "NoSuchKey";

    /// <summary>The error in one line, without any secret: refused for good, or an <see cref="IOException"/>.</summary>
    public static Exception Translate(Exception error, string operation, S3Options options) => error switch
    {
        AmazonServiceException service when WhyRefused(service, operation, options) is { } why => new RefusedException($"{operation} is refused: {why}", error),
        AmazonServiceException { StatusCode: not NoAnswer } service => new IOException($"{operation} on {options}: {(int)service.StatusCode} {service.ErrorCode}", error),
        TimeoutException => new IOException($"{operation} on {options}: no answer in time", error),
        AmazonClientException when error.Message.StartsWith(NoCredentials, StringComparison.Ordinal) => new RefusedException(
            "no credentials are given or found; set access key and secret key, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what else the SDK of AWS looks for", error),
        AmazonClientException when !IsNetwork(error) => new RefusedException($"{operation} cannot be asked for: {OneLine(error.Message)}", error),
        _ => new IOException($"{operation} on {options}: {OneLine(error.GetBaseException().Message)}", error),
    };

    private static bool IsNetwork(Exception error) => error.GetBaseException() is System.Net.Sockets.SocketException or HttpRequestException or IOException;

    private static string? WhyRefused(AmazonServiceException error, string operation, S3Options options) => error switch
    {
        { ErrorCode: "NoSuchBucket" } => $"bucket '{options.Bucket}' does not exist; create it, or name another",
        // The last one is versitygw's for an access key that it does not know.
        { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken" or "InvalidSecurity" or "XAdminUserNotFound" } =>
            $"bucket '{options.Bucket}' does not take these credentials ({error.ErrorCode}); check access key and secret key",
        { ErrorCode: "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" } =>
            $"bucket '{options.Bucket}' is not in region '{options.Region ?? "default"}' ({error.ErrorCode}); set its region",
        { StatusCode: HttpStatusCode.Forbidden, ErrorCode: not "RequestTimeTooSkewed" } =>
            $"no right in bucket '{options.Bucket}' ({error.ErrorCode}); allow it ({(operation == "ListObjectsV2" ? "s3:ListBucket" : "s3:" + operation)})",
        { StatusCode: HttpStatusCode.NotImplemented } => $"the store of bucket '{options.Bucket}' does not know it ({error.ErrorCode}); use a store that does",
        { StatusCode: HttpStatusCode.BadRequest, ErrorCode: "InvalidBucketName" } => $"'{options.Bucket}' is no bucket's name",
        _ => null,
    };

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
